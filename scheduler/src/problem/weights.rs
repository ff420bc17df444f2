//! The weights of the measures.

/// What a unit of each measure costs.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the measures are those of the cost module
pub struct Weights {
    pub unassigned: f64,
    pub unhosted: f64,
    pub absence: f64,
    pub preference: f64,
    pub extra_visit: f64,
    pub undesired: f64,
    pub pace: f64,
    pub travel: f64,
    pub missed: f64,
    pub meeting: f64,
    pub gathering_undesired: f64,
    pub gathering_travel: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Weights {
            unassigned: 100_000.0,
            unhosted: 20_000.0,
            absence: 1_000.0,
            preference: 500.0,
            extra_visit: 500.0,
            undesired: 50.0,
            pace: 1.0,
            travel: 1.0,
            missed: 5_000.0,
            meeting: 10_000.0,
            gathering_undesired: 50.0,
            gathering_travel: 1.0,
        }
    }
}
