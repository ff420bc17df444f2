//! The catalogue of rules, measures and codes, for whoever shows plans or explains them.

use poem_openapi::payload::Json;
use poem_openapi::types::Example;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};
use scheduler::explain::english::catalogue::{self, LeftOutCode, Measure};
use scheduler::rules::{self, RuleCode, Subject};

use crate::http::Tag;
use crate::http::errors::{Errors, Plainly};

/// `/rules`
#[derive(Clone, Copy, Debug)]
pub struct Rules;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case", rename = "RuleSubject")]
pub enum About {
    /// Who is in which network.
    Assignment,
    /// Who visits whom when.
    Timetable,
    /// Meetings, and what they leave to visits.
    Gatherings,
    /// Locks and limits of changes.
    Steering,
    /// What a plan says of itself.
    Statement,
}

impl From<Subject> for About {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Assignment => About::Assignment,
            Subject::Timetable => About::Timetable,
            Subject::Gatherings => About::Gatherings,
            Subject::Steering => About::Steering,
            Subject::Statement => About::Statement,
        }
    }
}

/// A rule that every plan keeps, or that a request lays on it.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(rename = "RuleEntry")]
pub struct Rule {
    /// Its code: `A1` to `A7`, `V1` to `V9`, `G1` to `G6`, `lock`, `max_changes`, `max_affected_municipalities`; `bound` and
    /// `cost` of what a plan states.
    pub code: String,
    /// What it is about.
    pub about: About,
    /// The rule in a sentence.
    pub sentence: String,
    /// What helps where it is in the way.
    pub helps: String,
}

/// A measure of the cost.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(rename = "MeasureEntry")]
pub struct MeasureOnWire {
    /// Its name in plans and among the weights.
    pub code: String,
    /// What it counts.
    pub counts: String,
    /// What makes it less.
    pub helps: String,
    /// What one costs where no weight is named.
    pub default_weight: f64,
}

/// A code of `left_out`.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(rename = "LeftOutEntry")]
pub struct LeftOutOnWire {
    /// The code.
    pub code: String,
    /// What it says.
    pub sentence: String,
    /// What helps.
    pub helps: String,
}

/// The catalogue.
#[derive(Clone, Debug, PartialEq, Object)]
#[oai(example)]
pub struct RuleCatalogue {
    /// Every rule.
    pub rules: Vec<Rule>,
    /// The measures that the cost is the weighted sum of.
    pub measures: Vec<MeasureOnWire>,
    /// Why something is left out.
    pub left_out: Vec<LeftOutOnWire>,
}

/// The answer to a GET of the catalogue.
#[derive(ApiResponse)]
pub enum RulesResponse {
    /// The catalogue.
    #[oai(status = 200)]
    Told(Json<RuleCatalogue>),
}

#[OpenApi]
impl Rules {
    /// List rules, measures and codes
    ///
    /// Every rule that plans keep, every measure of the cost and every code of what a plan leaves out: each in a sentence,
    /// with what helps. It is the same for all plans of a version of the service.
    #[oai(path = "/v1/rules", method = "get", operation_id = "list_rules", tag = "Tag::Checks")]
    async fn list(&self) -> Result<RulesResponse, Errors<Plainly>> {
        Ok(RulesResponse::Told(Json(RuleCatalogue::whole())))
    }
}

impl RuleCatalogue {
    fn whole() -> RuleCatalogue {
        let own = [
            RuleCode::Lock,
            RuleCode::MaxChanges,
            RuleCode::MaxAffectedMunicipalities,
            RuleCode::Bound,
            RuleCode::Cost,
        ];
        let own = own.into_iter().filter_map(|code| Some((code, catalogue::sentence(code)?)));
        let all = rules::ALL.iter().map(|rule| (rule.code, rule.sentence)).chain(own);
        let rule = |(code, sentence): (RuleCode, &str)| Rule {
            code: code.as_str().to_owned(),
            about: code.subject().into(),
            sentence: sentence.to_owned(),
            helps: catalogue::helps(code).to_owned(),
        };
        let measure = |Measure { code, counts, helps, weight }| MeasureOnWire {
            code: code.to_owned(),
            counts: counts.to_owned(),
            helps: helps.to_owned(),
            default_weight: weight,
        };
        let left_out = |&LeftOutCode { code, sentence, helps }: &LeftOutCode| LeftOutOnWire {
            code: code.to_owned(),
            sentence: sentence.to_owned(),
            helps: helps.to_owned(),
        };
        RuleCatalogue {
            rules: all.map(rule).collect(),
            measures: catalogue::measures().into_iter().map(measure).collect(),
            left_out: catalogue::LEFT_OUT.iter().map(left_out).collect(),
        }
    }
}

impl Example for RuleCatalogue {
    fn example() -> Self {
        let mut whole = RuleCatalogue::whole();
        whole.rules.truncate(1);
        whole.measures.truncate(1);
        whole.left_out.truncate(1);
        whole
    }
}
