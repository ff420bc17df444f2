//! Plans and lists: asked for, followed to their end, read page by page.

use serde_json::{Value, json};

use super::Server;
use super::documents::problem;

/// Whether a plan has ended, however.
pub fn ended(plan: &Value) -> bool {
    plan.get("finished_at").is_some()
}

impl Server {
    /// With the example problem as programme `p`.
    pub fn with_example(self) -> Server {
        self.put("/v1/programmes/p/problem", problem()).expect(201);
        self
    }

    /// Asks for a plan of a problem; the plan's path.
    pub fn ask_plan(&self, problem: Value, effort: Value) -> String {
        let answer = self.post("/v1/plans", json!({"problem": problem, "effort": effort}));
        answer.expect(202);
        answer.header("location").to_owned()
    }

    /// Polls a plan until it is as it should be.
    pub fn until(&self, plan: &str, enough: impl Fn(&Value) -> bool) -> Value {
        loop {
            let plan = self.get(plan).expect(200);
            if enough(&plan) {
                return plan;
            }
            assert!(!ended(&plan), "it has ended otherwise: {plan}");
        }
    }

    /// All items of a list, page by page; `list` ends with `?` or `&`.
    pub fn pages(&self, list: &str) -> Vec<Value> {
        let (mut items, mut next) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{list}{next}")).expect(200);
            items.extend(page["items"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(cursor) => next = format!("cursor={cursor}"),
                None => return items,
            }
        }
    }
}
