//! What a plan can be asked for with: over HTTP, for a stored programme or for a problem sent along, and on the command line.

use poem_openapi::Object;
use poem_openapi::types::Example;

use super::choices::NewShortlist;
use super::steering::{Locks, PlanSteering};
use super::wire::Effort;
use crate::http::fields::{Amount, Count, Id, Number, Whole};
use crate::records::problems::wire::ProblemDocument;

/// How much effort goes into a plan, and what steers it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanOptions {
    /// How much effort.
    pub effort: Effort,
    /// What steers it, and which plans are wanted beside it.
    pub steering: PlanSteering,
}

/// A request for a plan: fields of its own, and those of every such request.
macro_rules! plan_request {
    ($(#[$about:meta])* $name:ident { $($(#[$own_about:meta])* $own:ident: $own_type:ty,)+ }) => {
        $(#[$about])*
        #[oai(deny_unknown_fields, skip_serializing_if_is_none, nullable_all, example)]
        pub struct $name {
            $($(#[$own_about])* pub $own: $own_type,)+
            /// How much effort goes into it. Default: 60 seconds.
            pub effort: Option<Effort>,
            /// The id of a plan to begin from, of the same problem or of an earlier state of it: what both have is matched by
            /// id.
            pub base_plan: Option<Id>,
            /// What must stay as the base plan has it. Default: nothing.
            pub locks: Option<Locks>,
            /// What a change against the base plan costs: it steers the search, and is told beside the cost. Default: 0.
            pub change_weight: Option<Amount>,
            /// Most changes against the base plan: a member that loses its place and a hosting that is dropped count. It is a
            /// limit, no goal: of plans whose costs differ by no more than 0.05 %, the one that disturbs fewest is taken.
            /// Too low a limit ends `infeasible` where that is proved: by what networks need, or by the dates of one network
            /// after the other; else, as `no_plan_found`, with how many changes the nearest plan makes. Default: any number.
            pub max_changes: Option<Count<0>>,
            /// Most municipalities for whom anything is different from the base plan, guests included; the guests of a host
            /// that has withdrawn are, whatever the plan. Of plans that cost about the same, the one that disturbs fewest is
            /// taken. Default: any number.
            pub max_affected_municipalities: Option<Count<0>>,
            /// Numbers of changes against the base plan, 20 at most, such as [0, 5, 10, 20, 50]: the plan tells the cost with
            /// at most so many for each, and is itself that of the largest. The effort is shared among them.
            pub curve: Option<Vec<Count<0>>>,
            /// Asks for other plans beside the best one. The effort is shared among them.
            pub shortlist: Option<NewShortlist>,
            /// What a kilometre of the enrolment that travels farthest costs (there and back, once for the delegation): it
            /// steers the search, and is told beside the cost. With `max_changes` above 0 it only chooses among the plans that
            /// are found. Default: 0.
            pub worst_off_weight: Option<Amount>,
        }

        impl $name {
            /// What every plan can be asked for with.
            pub fn options(&self) -> PlanOptions {
                PlanOptions {
                    effort: self.effort.clone().unwrap_or_default(),
                    steering: PlanSteering {
                        base_plan: self.base_plan.clone(),
                        locks: self.locks.clone(),
                        change_weight: self.change_weight,
                        max_changes: self.max_changes,
                        max_affected_municipalities: self.max_affected_municipalities,
                        curve: self.curve.clone(),
                        shortlist: self.shortlist.clone(),
                        worst_off_weight: self.worst_off_weight,
                        ..PlanSteering::default()
                    },
                }
            }
        }
    };
}

plan_request! {
    /// What a plan of a stored programme is asked for with.
    #[derive(Clone, Debug, Default, PartialEq, Object)]
    NewPlan {
        /// What it costs that two municipalities share a network again that shared one in the plan in force of the programme
        /// that this one was copied from, for each pair and network: it steers the search, and is told beside the cost. Refused
        /// where there is no such plan. Default: 0.
        repeat_weight: Option<Amount>,
    }
}

plan_request! {
    /// What a plan of a problem that is sent along is asked for with.
    #[derive(Clone, Debug, PartialEq, Object)]
    NewPlanOfProblem {
        /// The problem, whole.
        problem: ProblemDocument,
    }
}

impl Example for NewPlan {
    fn example() -> Self {
        let effort = Effort { seconds: Some(Number(60.0)), gap: Some(Number(0.01)), seed: Some(Whole(1)), work: None };
        NewPlan { effort: Some(effort), ..NewPlan::default() }
    }
}

impl Example for NewPlanOfProblem {
    fn example() -> Self {
        NewPlanOfProblem {
            problem: ProblemDocument::example(),
            effort: NewPlan::example().effort,
            base_plan: None,
            locks: None,
            change_weight: None,
            max_changes: None,
            max_affected_municipalities: None,
            curve: None,
            shortlist: None,
            worst_off_weight: None,
        }
    }
}
