//! `netvisit solve`: a problem document in, a plan document out.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use scheduler::{Effort, Faults, Outcome, Problem, Solution, Steering};
use serde_json::json;

use super::{Ended, input, output, progress};
use crate::http::fields::{Number, Whole};
use crate::plans::document::PlanDocument;
use crate::plans::steering::PlanSteering;
use crate::plans::watch::Progress;
use crate::plans::wire;

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
    /// Threads that may be used; the plan does not depend on them under --work.
    #[arg(long, allow_negative_numbers = true)]
    threads: Option<i64>,
}

/// Solves, and writes the plan; an interrupt stops the search and writes the best plan so far.
pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    let progress = Arc::new(Progress::new(|_: &Solution| {}));
    let effort = effort(arguments)?;
    stop_on_interrupt(&progress)?;
    let problem = steered(input::problem(&arguments.problem)?, arguments)?;
    let target = Target::open(arguments.out.as_deref())?;
    let outcome = progress::shown(&progress, || scheduler::solve(&problem, &effort, progress.as_ref()));
    answer(&problem, outcome, target)
}

/// The effort, judged as the service judges that of a request; the threads are the command line's own.
fn effort(arguments: &Arguments) -> Result<Effort, Ended> {
    let asked = wire::Effort {
        seconds: arguments.seconds.map(Number),
        work: arguments.work.map(Whole),
        gap: arguments.gap.map(Number),
        seed: Some(Whole(arguments.seed)),
    };
    let (mut effort, mut faults) = match asked.allowed("") {
        Ok(effort) => (effort, Faults::default()),
        Err(faults) => (Effort::default(), faults),
    };
    match arguments.threads.map(|threads| usize::try_from(threads).unwrap_or_default()) {
        Some(threads @ 1..=MOST_THREADS) => effort.threads = threads,
        Some(_) => faults.add("/threads", "out_of_range", format!("`threads` must be 1 to {MOST_THREADS}")),
        None => {}
    }
    match faults.into_result() {
        Ok(()) => Ok(effort),
        Err(faults) => Err(input::refused_arguments(&faults)),
    }
}

/// The problem with what steers the search.
fn steered(problem: Problem, arguments: &Arguments) -> Result<Problem, Ended> {
    let Some(base) = &arguments.base else { return Ok(problem) };
    let asked = PlanSteering {
        base_plan: None,
        locks: arguments.locks.as_deref().map(input::document).transpose()?,
        change_weight: arguments.change_weight.map(Number),
        max_changes: arguments.max_changes.map(Whole),
        max_affected_municipalities: arguments.max_affected.map(Whole),
        ..PlanSteering::default()
    };
    let base: PlanDocument = input::document(base)?;
    let steering = Steering::new(&problem, &asked.records(Some(base.records())));
    match steering {
        Ok(steering) => Ok(problem.steered(steering)),
        Err(faults) => Err(input::refused_arguments(&faults)),
    }
}

fn answer(problem: &Problem, outcome: Outcome, target: Target) -> Result<(), Ended> {
    match outcome {
        Outcome::Planned(solution) => target.write(&PlanDocument::new(problem, &solution).text()?),
        Outcome::Infeasible(clash) => {
            let clash = json!({"detail": clash.detail, "networks": clash.networks, "rules": clash.rules});
            output::write(&format!("{:#}\n", json!({"state": "infeasible", "clash": clash})))?;
            Err(Ended::Negative)
        }
        Outcome::NotFound => {
            Err(anyhow::anyhow!("no plan was found in this effort, and none is proved impossible (no_plan_found)")
                .into())
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
