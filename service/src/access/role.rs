//! Who may do what: the one table of roles and operations.

use std::fmt;

use clap::ValueEnum;

/// What a key lets its bearer do. Each role may do all that the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Role {
    /// Reads everything but the audit trail, and has plans checked.
    Viewer,
    /// Changes programmes and what they contain, and asks for plans.
    Planner,
    /// Changes master data too, and reads the audit trail.
    Admin,
}

impl Role {
    /// All roles, the least first.
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Planner, Role::Admin];

    /// As it is written in keys, documents and the database.
    pub fn name(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Planner => "planner",
            Role::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Methods, the path that they are at or below, and the role that they want; without one, anybody may. The first line
/// that fits counts, and the last one fits everything: an operation that nobody has thought of is for admins.
const TABLE: &[(&str, &str, Option<Role>)] = &[
    ("*", "/health", None),
    ("GET", "/docs", None), // the documentation holds no data
    ("GET", "/openapi.json", None),
    ("GET", "/problems", None),
    ("GET", "/v1/calendars", None), // the address is the secret
    ("GET", "/v1/audit", Some(Role::Admin)),
    ("GET", "", Some(Role::Viewer)),
    ("POST", "/v1/checks", Some(Role::Viewer)), // stores nothing
    ("*", "/v1/programmes", Some(Role::Planner)),
    ("*", "/v1/plans", Some(Role::Planner)),
    ("*", "/v1/seatings", Some(Role::Planner)),
    ("*", "", Some(Role::Admin)),
];

/// The role that a method of a path (or of a pattern of paths) wants; none where anybody may.
pub fn needed(method: &str, path: &str) -> Option<Role> {
    let method = if method == "HEAD" { "GET" } else { method };
    let below = |top: &str| path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let line = TABLE.iter().find(|(methods, top, _)| (*methods == "*" || *methods == method) && below(top));
    line.map_or(Some(Role::Admin), |line| line.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        for (method, path, role) in [
            ("GET", "/health/live", None),
            ("GET", "/docs", None),
            ("GET", "/docsx", Some(Role::Viewer)),
            ("GET", "/", Some(Role::Viewer)),
            ("HEAD", "/v1/regions/{id}", Some(Role::Viewer)),
            ("GET", "/v1/calendars/{address}", None),
            ("GET", "/v1/audit", Some(Role::Admin)),
            ("PUT", "/v1/programmes/{programme}/problem", Some(Role::Planner)),
            ("POST", "/v1/plans", Some(Role::Planner)),
            ("PUT", "/v1/regions/{id}", Some(Role::Admin)),
            ("POST", "/something/new", Some(Role::Admin)),
        ] {
            assert_eq!(needed(method, path), role, "{method} {path}");
        }
    }

    #[test]
    fn a_name_leads_back_to_its_role() {
        for role in Role::ALL {
            assert_eq!(Role::named(role.name()), Some(role));
        }
        assert_eq!(Role::named("owner"), None);
    }
}
