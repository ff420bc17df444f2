//! Lists of seats: one for people, and those that meeting tools ask for. Nothing personal is stored, so that a list names
//! seats, and whoever uploads it writes the addresses in.

use std::io::{self, Write as _};

use super::wire::Seating;
use crate::records::imports::formulas::neutral;

/// Whose columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A row for each session and seat, for spreadsheets.
    Plain,
    /// `Pre-assign Room Name` and `Email Address`, as Zoom's own sample has them.
    Zoom,
    /// `Room` and `Participant`: Teams has no upload, its organiser assigns by hand.
    Teams,
    /// `id`, `name` and `roster` of each group, as BigBlueButton's `create` takes them.
    BigBlueButton,
}

impl Format {
    const ALL: [(Format, &str); 4] = [
        (Format::Plain, "plain"),
        (Format::Zoom, "zoom"),
        (Format::Teams, "teams"),
        (Format::BigBlueButton, "bigbluebutton"),
    ];

    /// The format of this name.
    pub fn of(name: &str) -> Option<Format> {
        Format::ALL.iter().find(|known| known.1 == name).map(|known| known.0)
    }
}

/// The list of one session, or of all.
///
/// Errors: none that memory gives.
pub fn list(seating: &Seating, session: Option<usize>, format: Format) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let delimiter = if format == Format::Plain { b';' } else { b',' };
    if format == Format::Plain {
        bytes.write_all("\u{feff}".as_bytes())?;
    }
    let mut rows = csv::WriterBuilder::new().delimiter(delimiter).from_writer(bytes);
    rows.write_record(match format {
        Format::Plain => &["session", "group", "enrolment", "seat", "municipality", "name", "track"][..],
        Format::Zoom => &["Pre-assign Room Name", "Email Address", "Seat"],
        Format::Teams => &["Room", "Participant"],
        Format::BigBlueButton => &["id", "name", "roster"],
    })?;
    let wanted = |at: &usize| session.is_none_or(|session| session == *at);
    for (at, groups) in seating.sessions.iter().enumerate().filter(|(at, _)| wanted(at)) {
        for (group, members) in groups.iter().enumerate() {
            let (number, room) = ((group + 1).to_string(), format!("Session {} group {}", at + 1, group + 1));
            if format == Format::BigBlueButton {
                rows.write_record([&number, &room, &neutral(&members.join(" "))])?;
                continue;
            }
            for label in members {
                match format {
                    Format::Plain => {
                        let Some(seat) = seating.seats.iter().find(|seat| seat.label() == *label) else { continue };
                        rows.write_record([
                            &(at + 1).to_string(),
                            &number,
                            &neutral(&seat.enrolment.0),
                            &seat.seat.to_string(),
                            &neutral(&seat.municipality.0),
                            &neutral(&seat.name),
                            &neutral(&seat.track.0),
                        ])?;
                    }
                    Format::Zoom => rows.write_record([&room, "", &neutral(label)])?,
                    Format::Teams | Format::BigBlueButton => rows.write_record([&room, &neutral(label)])?,
                }
            }
        }
    }
    rows.into_inner().map_err(|error| error.into_error())
}
