//! `netvisit solve`: a problem document in, a plan document out.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::Context;
use poem_openapi::types::ToJSON;
use scheduler::explain::english;
use scheduler::{Faults, Outcome, Solution, Task};
use serde_json::json;

use super::{Ended, input, output, progress};
use crate::http::fields::{Id, Number, Whole};
use crate::lock::locked;
use crate::plans::choices::{self, Answer, NewShortlist};
use crate::plans::document::PlanDocument;
use crate::plans::history;
use crate::plans::options::PlanOptions;
use crate::plans::steering::PlanSteering;
use crate::plans::watch::Progress;
use crate::plans::wire::{Clash, Effort};
use crate::records::problems::wire::ProblemDocument;

/// Threads beyond this are of no use to any search.
const MOST_THREADS: usize = 256;

/// What to solve, with how much effort, and where the plan goes.
#[derive(clap::Args)]
pub struct Arguments {
    /// The problem document; `-` is stdin.
    problem: PathBuf,
    /// Where the plan document goes. Default: stdout.
    #[arg(long, value_name = "PLAN.json")]
    out: Option<PathBuf>,
    /// Wall time, from start to end. Default: 60, or no limit where --work is given.
    #[arg(long, allow_negative_numbers = true)]
    seconds: Option<f64>,
    /// Stop once the plan is proved to cost at most this fraction more than the best possible.
    #[arg(long, allow_negative_numbers = true)]
    gap: Option<f64>,
    /// Seed of every random choice.
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: i64,
    /// Deterministic steps (search iterations and solver nodes): the same plan on any machine.
    #[arg(long, allow_negative_numbers = true)]
    work: Option<i64>,
    /// A plan document to begin from, of this problem or an earlier state of it.
    #[arg(long, value_name = "PLAN.json")]
    base: Option<PathBuf>,
    /// What must stay as the base plan has it: a JSON object, as in the API.
    #[arg(long, value_name = "LOCKS.json", requires = "base")]
    locks: Option<PathBuf>,
    /// What a change against the base plan costs: it steers the search, and is told beside the cost.
    #[arg(long, allow_negative_numbers = true, requires = "base")]
    change_weight: Option<f64>,
    /// Most changes against the base plan.
    #[arg(long, allow_negative_numbers = true, requires = "base")]
    max_changes: Option<i64>,
    /// Most municipalities for whom anything is different from the base plan, guests included.
    #[arg(
        long,
        alias = "max-affected-municipalities",
        value_name = "N",
        allow_negative_numbers = true,
        requires = "base"
    )]
    max_affected: Option<i64>,
    /// Numbers of changes against the base plan, such as 0,5,10: what a plan with at most so many costs. The plan is that of
    /// the largest.
    #[arg(
        long,
        value_name = "N,...",
        value_delimiter = ',',
        allow_negative_numbers = true,
        requires = "base",
        requires = "beside"
    )]
    curve: Option<Vec<i64>>,
    /// Other plans beside the best one: how many at most, 2 to 5.
    #[arg(
        long,
        value_name = "PLANS",
        num_args = 0..=1,
        default_missing_value = "5",
        allow_negative_numbers = true,
        requires = "beside"
    )]
    shortlist: Option<i64>,
    /// By which part of the best plan's cost the others may cost more. Default: 0.02.
    #[arg(long, value_name = "PART", allow_negative_numbers = true, requires = "shortlist")]
    shortlist_within: Option<f64>,
    /// How many changes any two of them are apart at least. Default: 10.
    #[arg(long, value_name = "N", allow_negative_numbers = true, requires = "shortlist")]
    shortlist_apart: Option<i64>,
    /// Where the curve or the shortlist goes, as JSON of the API.
    #[arg(long, value_name = "ANSWER.json")]
    beside: Option<PathBuf>,
    /// What it costs that two municipalities share a network again that shared one in an earlier plan.
    #[arg(long, value_name = "WEIGHT", allow_negative_numbers = true, requires = "earlier")]
    repeat_weight: Option<f64>,
    /// The earlier programme: its problem document and its plan document.
    #[arg(long, num_args = 2, value_names = ["PROBLEM.json", "PLAN.json"], requires = "repeat_weight")]
    earlier: Option<Vec<PathBuf>>,
    /// What a kilometre of the enrolment that travels farthest costs: it steers the search, and is told beside the cost.
    #[arg(long, value_name = "WEIGHT", allow_negative_numbers = true)]
    worst_off_weight: Option<f64>,
    /// Threads that may be used; the plan does not depend on them under --work.
    #[arg(long, allow_negative_numbers = true)]
    threads: Option<i64>,
}

/// Solves, and writes the plan; an interrupt stops the search and writes the best plan so far.
pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    let progress = Arc::new(Progress::new(|_: &Solution| {}));
    let options = arguments.options()?;
    let effort = effort(&options, arguments.threads)?;
    stop_on_interrupt(&progress)?;
    let problem = input::problem(&arguments.problem)?;
    let base: Option<PlanDocument> = arguments.base.as_deref().map(input::document).transpose()?;
    let steered = options.steering.steer(problem, base.map(PlanDocument::records));
    let problem = steered.map_err(|faults| input::refused_arguments(&faults))?;
    let target = Target::open(arguments.out.as_deref())?;
    let beside = arguments.beside.as_deref().map(|path| Target::open(Some(path))).transpose()?;
    let found = Mutex::new(Answer::default());
    let note = |answer| *locked(&found) = answer;
    let search = || choices::search(&problem, Some(&options.steering), None, &effort, progress.as_ref(), note);
    let outcome = progress::shown(&progress, search);
    if let Some(beside) = beside {
        let found = locked(&found);
        beside.write(&format!("{}\n", serde_json::to_string_pretty(&*found)?))?;
    }
    answer(&problem, outcome, target)
}

impl Arguments {
    /// What is asked for, as a request of the API asks for it.
    fn options(&self) -> Result<PlanOptions, Ended> {
        let effort = Effort {
            seconds: self.seconds.map(Number),
            work: self.work.map(Whole),
            gap: self.gap.map(Number),
            seed: Some(Whole(self.seed)),
        };
        let shortlist = self.shortlist.map(|plans| NewShortlist {
            plans: Some(Whole(plans)),
            within: self.shortlist_within.map(Number),
            apart: self.shortlist_apart.map(Whole),
        });
        let steering = PlanSteering {
            base_plan: self.base.as_ref().map(|path| Id(path.display().to_string())),
            locks: self.locks.as_deref().map(input::document).transpose()?,
            change_weight: self.change_weight.map(Number),
            max_changes: self.max_changes.map(Whole),
            max_affected_municipalities: self.max_affected.map(Whole),
            curve: self.curve.as_ref().map(|limits| limits.iter().copied().map(Whole).collect()),
            shortlist,
            repeat_weight: self.repeat_weight.map(Number),
            worst_off_weight: self.worst_off_weight.map(Number),
            met: self.earlier.as_deref().map_or(Ok(Vec::new()), met)?,
        };
        Ok(PlanOptions { effort, steering })
    }
}

/// The pairs of municipalities that shared a network in an earlier plan: its problem and the plan.
fn met(earlier: &[PathBuf]) -> Result<Vec<(String, String)>, Ended> {
    let [problem, plan] = earlier else { return Ok(Vec::new()) };
    input::problem(problem)?;
    let (problem, plan): (ProblemDocument, PlanDocument) = (input::document(problem)?, input::document(plan)?);
    let met = history::met_in(&problem.to_json_string(), &plan.to_json_string());
    met.map_err(|failure| Ended::BadInput(format!("the earlier plan does not fit its problem: {failure}")))
}

/// The effort, judged as the service judges that of a request; the threads are the command line's own.
fn effort(options: &PlanOptions, threads: Option<i64>) -> Result<scheduler::Effort, Ended> {
    let (mut effort, mut faults) = match options.effort.allowed("") {
        Ok(effort) => (effort, Faults::default()),
        Err(faults) => (scheduler::Effort::default(), faults),
    };
    match threads.map(|threads| usize::try_from(threads).unwrap_or_default()) {
        Some(threads @ 1..=MOST_THREADS) => effort.threads = threads,
        Some(_) => faults.add("/threads", "out_of_range", format!("`threads` must be 1 to {MOST_THREADS}")),
        None => {}
    }
    match faults.into_result() {
        Ok(()) => Ok(effort),
        Err(faults) => Err(input::refused_arguments(&faults)),
    }
}

fn answer(problem: &Task, outcome: Outcome, target: Target) -> Result<(), Ended> {
    match outcome {
        Outcome::Planned(solution) => target.write(&PlanDocument::new(problem, &solution).text()?),
        Outcome::Infeasible(clash) => {
            let clash = Clash::new(problem, &clash).to_json();
            output::write(&format!("{:#}\n", json!({"state": "infeasible", "clash": clash})))?;
            Err(Ended::Negative)
        }
        Outcome::NotFound(nearest) => {
            Err(anyhow::anyhow!("{} (no_plan_found)", english::not_found(problem, nearest.as_ref())).into())
        }
        Outcome::Broken(violations) => {
            let told: Vec<String> = violations.iter().map(|v| format!("{}: {}", v.rule, v.detail)).collect();
            Err(anyhow::anyhow!("the plan that was found breaks rules, a fault of ours: {}", told.join("; ")).into())
        }
    }
}

/// The first interrupt stops the search, the second the program.
fn stop_on_interrupt<F: Fn(&Solution) + Send + Sync + 'static>(progress: &Arc<Progress<F>>) -> Result<(), Ended> {
    use scheduler::Watch;
    let progress = Arc::clone(progress);
    let handler = move || {
        if progress.stopped() {
            std::process::exit(3);
        }
        progress.stop();
    };
    Ok(ctrlc::set_handler(handler).context("interrupts cannot be caught")?)
}

/// Where the plan goes. A file is opened before the search begins, so that a wrong path costs no time, and gets its
/// name only once it is whole.
enum Target {
    Stdout,
    File { partial: PathBuf, path: PathBuf, file: File },
}

impl Target {
    fn open(path: Option<&Path>) -> Result<Target, Ended> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else { return Ok(Target::Stdout) };
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(Target::File { partial, path: path.to_owned(), file })
    }

    fn write(self, text: &str) -> Result<(), Ended> {
        match &self {
            Target::Stdout => output::write(text)?,
            Target::File { partial, path, file } => {
                let mut file = file;
                file.write_all(text.as_bytes())?;
                file.sync_all()?;
                std::fs::rename(partial, path).with_context(|| format!("{} cannot be written", path.display()))?;
            }
        }
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if let Target::File { partial, .. } = self {
            let _ = std::fs::remove_file(partial); // it is gone already where the plan was written
        }
    }
}
