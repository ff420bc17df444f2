//! `netvisit solve`: a problem document in, a plan document out.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use scheduler::{Effort, Outcome, Problem, Solution};
use serde_json::json;

use super::{Ended, input, progress};
use crate::plans::document::PlanDocument;
use crate::plans::watch::Progress;

/// What to solve, with how much effort, and where the plan goes.
#[derive(clap::Args)]
pub struct Arguments {
    /// The problem document; `-` is stdin.
    problem: PathBuf,
    /// Where the plan document goes. Default: stdout.
    #[arg(long, value_name = "PLAN.json")]
    out: Option<PathBuf>,
    /// Wall time, from start to end. Default: 60, or no limit where --work is given.
    #[arg(long, value_parser = seconds)]
    seconds: Option<f64>,
    /// Stop once the plan is proved to cost at most this fraction more than the best possible.
    #[arg(long, value_parser = fraction)]
    gap: Option<f64>,
    /// Seed of every random choice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Deterministic steps (search iterations and solver nodes): the same plan on any machine.
    #[arg(long)]
    work: Option<u64>,
    /// Threads that may be used; the plan does not depend on them under --work.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// Solves, and writes the plan; an interrupt stops the search and writes the best plan so far.
pub fn run(arguments: &Arguments) -> Result<(), Ended> {
    let progress = Arc::new(Progress::new(|_: &Solution| {}));
    stop_on_interrupt(&progress)?;
    let problem = input::problem(&arguments.problem)?;
    let target = Target::open(arguments.out.as_deref())?;
    let effort = effort(arguments);
    let outcome = progress::shown(&progress, || scheduler::solve(&problem, &effort, progress.as_ref()));
    answer(&problem, outcome, target)
}

fn effort(arguments: &Arguments) -> Effort {
    let default = Effort::default();
    Effort {
        seconds: arguments.seconds,
        work: arguments.work,
        gap: arguments.gap,
        seed: arguments.seed,
        threads: arguments.threads.map_or(default.threads, usize::from),
    }
}

fn answer(problem: &Problem, outcome: Outcome, target: Target) -> Result<(), Ended> {
    match outcome {
        Outcome::Planned(solution) => target.write(&PlanDocument::new(problem, &solution).text()?),
        Outcome::Infeasible(clash) => {
            let clash = json!({"detail": clash.detail, "networks": clash.networks, "rules": clash.rules});
            println!("{:#}", json!({"state": "infeasible", "clash": clash}));
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
            Target::Stdout => std::io::stdout().write_all(text.as_bytes())?,
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

/// A time in seconds, above 0.
fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if seconds > 0.0 && f64::is_finite(seconds) => Ok(seconds),
        _ => Err("give a number of seconds above 0".to_owned()),
    }
}

/// A fraction, 0 to 1.
fn fraction(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(gap) if (0.0..=1.0).contains(&gap) => Ok(gap),
        _ => Err("give a fraction from 0 to 1, such as 0.01".to_owned()),
    }
}
