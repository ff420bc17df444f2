//! How good the networks are: `netvisit solve` on problems without rounds, several seeds each, beside what is known.
//!
//! Problems are made up by `netvisit demo`, and read from `../shared/instances` where that folder is. The seconds
//! are wall time, so they mean an idle machine. `make quality QUALITY="--help"` tells the options.

#![allow(missing_docs, clippy::panic, clippy::expect_used)] // a measurement that cannot be made ends

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use clap::Parser;
use serde_json::{Value, json};

/// A problem to measure on.
struct Case {
    name: &'static str,
    source: Source,
    /// Wall time of a solve.
    seconds: f64,
    /// The lowest cost known, if any: what others published or proved, or the best ever seen.
    yardstick: Option<f64>,
}

enum Source {
    /// `netvisit demo` with these arguments.
    Demo(&'static str),
    /// A file beside the repository.
    File,
}

const fn demo(name: &'static str, arguments: &'static str, seconds: f64, yardstick: Option<f64>) -> Case {
    Case { name, source: Source::Demo(arguments), seconds, yardstick }
}

const fn file(name: &'static str, seconds: f64, yardstick: f64) -> Case {
    Case { name, source: Source::File, seconds, yardstick: Some(yardstick) }
}

const CASES: [Case; 23] = [
    demo("demo-single-20", "--shape single --take 20", 2.0, None),
    demo("demo-single", "--shape single", 20.0, None),
    demo("demo-mixed", "--shape mixed --seed 2", 60.0, None),
    demo("demo-kl", "--shape kl --seed 3", 60.0, None),
    demo("demo-se-60", "--shape single --country se --take 60 --seed 4", 20.0, None),
    demo("demo-se-mixed-150", "--shape mixed --country se --take 150 --seed 5", 60.0, None),
    demo("demo-se", "--shape single --country se --take 290", 60.0, None),
    demo("demo-se-450", "--shape single --country se --take 450 --seed 6", 60.0, None),
    file("dk20-single", 2.0, 107_322.0),
    file("dk20-split", 2.0, 137_196.2),
    file("dk20-pairwise", 2.0, 43_427.2),
    file("dk-travel", 10.0, 206_410.6),
    file("dk-single", 20.0, 345_525.0),
    file("dk-tight", 20.0, 355_152.6),
    file("dk-pairwise", 20.0, 145_241.6),
    file("dk-mixed", 60.0, 509_281.4),
    file("dk-split", 60.0, 344_795.4),
    file("dk-kl", 60.0, 1_335_229.6),
    file("se-single", 60.0, 1_395_691.2),
    file("no-mixed", 60.0, 2_604_855.6),
    file("mdgp-geo-120", 20.0, 60_253.909),
    file("mdgp-ranint-120", 20.0, 18_091.0),
    file("mdgp-ranreal-120", 20.0, 18_632.173),
];

/// What to measure.
#[derive(Parser)]
struct Options {
    /// Only instances whose names contain one of these.
    names: Vec<String>,
    /// How many seeds, from 1.
    #[arg(long, default_value_t = 5)]
    seeds: u64,
    /// Seconds of each solve, instead of the instance's own.
    #[arg(long)]
    seconds: Option<f64>,
    /// This part of the instance's own seconds.
    #[arg(long, default_value_t = 1.0)]
    part: f64,
    /// Steps of each solve instead of seconds: the same on every machine.
    #[arg(long)]
    work: Option<u64>,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// What a solve came to.
struct Run {
    cost: f64,
    bound: f64,
    seconds: f64,
}

fn main() {
    let options = Options::parse();
    println!(
        "{:<18} {:>9} {:>13} {:>13} {:>13} {:>13} {:>7} {:>13} {:>8}",
        "instance", "seconds", "best", "mean", "worst", "bound", "gap %", "yardstick", "worst %"
    );
    for case in &CASES {
        let wanted = options.names.is_empty() || options.names.iter().any(|name| case.name.contains(name.as_str()));
        match case.document() {
            Some(document) if wanted => measure(case, &document, &options),
            None if wanted => println!("{:<18} is not there", case.name),
            _ => {}
        }
    }
}

impl Case {
    /// The problem without its rounds; `None` where its file is not there.
    fn document(&self) -> Option<Value> {
        let mut problem: Value = match self.source {
            Source::Demo(arguments) => parsed(&netvisit(["demo"].into_iter().chain(arguments.split(' ')))),
            Source::File => parsed(&std::fs::read(self.file()).ok()?),
        };
        problem["rounds"] = json!([]);
        Some(problem)
    }

    fn file(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../shared/instances/{}.json", self.name))
    }
}

/// Solves with every seed and prints a line.
fn measure(case: &Case, document: &Value, options: &Options) {
    let file = std::env::temp_dir().join(format!("netvisit-quality-{}-{}.json", std::process::id(), case.name));
    std::fs::write(&file, document.to_string()).expect("the folder for temporary files can be written");
    let limit = match options.work {
        Some(work) => ["--work".to_owned(), work.to_string()],
        None => ["--seconds".to_owned(), (options.seconds.unwrap_or(case.seconds) * options.part).to_string()],
    };
    let runs: Vec<Run> = (1..=options.seeds.max(1)).map(|seed| solve(&file, &limit, seed)).collect();
    let _ = std::fs::remove_file(&file); // it is in the folder for what may be lost
    let mean = |of: fn(&Run) -> f64| runs.iter().map(of).sum::<f64>() / runs.len() as f64;
    let costs = runs.iter().map(|run| run.cost);
    let (best, worst) = (costs.clone().fold(f64::INFINITY, f64::min), costs.fold(0.0, f64::max));
    // The gap is the mean of the runs'; the bound is the best of them, as any of them holds for all.
    let gap = mean(|run| if run.cost > 0.0 { 100.0 * (run.cost - run.bound) / run.cost } else { 0.0 });
    let bound = runs.iter().map(|run| run.bound).fold(0.0, f64::max);
    let (known, above) = match case.yardstick {
        Some(known) => (format!("{known:.1}"), format!("{:+.3}", 100.0 * (worst - known) / known)),
        None => ("–".to_owned(), "–".to_owned()),
    };
    println!(
        "{:<18} {:>9.1} {best:>13.1} {:>13.1} {worst:>13.1} {bound:>13.1} {gap:>7.3} {known:>13} {above:>8}",
        case.name,
        mean(|run| run.seconds),
        mean(|run| run.cost),
    );
}

fn solve(problem: &Path, limit: &[String; 2], seed: u64) -> Run {
    let seed = seed.to_string();
    let arguments = ["solve".as_ref(), problem.as_os_str(), limit[0].as_ref(), limit[1].as_ref()];
    let begin = Instant::now();
    let plan = parsed(&netvisit(arguments.into_iter().chain(["--seed".as_ref(), OsStr::new(&seed)])));
    let figure = |of: &str, which: &str| plan[of][which].as_f64().unwrap_or_else(|| panic!("no {of}.{which}"));
    Run { cost: figure("cost", "total"), bound: figure("bound", "total"), seconds: begin.elapsed().as_secs_f64() }
}

/// Runs the program and answers what it wrote.
fn netvisit<A: AsRef<OsStr>>(arguments: impl Iterator<Item = A>) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netvisit"));
    let output = command.args(arguments).stderr(Stdio::inherit()).output().expect("the program can be run");
    assert!(output.status.success(), "{command:?} failed");
    output.stdout
}

fn parsed(text: &[u8]) -> Value {
    serde_json::from_slice(text).expect("a document")
}
