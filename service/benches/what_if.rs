//! How quick and how good the answers to wishes are: random wishes to a plan, each granted locally, with everything
//! optimised again, and by a solve from nothing of the problem with the wish, which tells how far off the two are.
//!
//! Problems are read from `../shared/instances` where that folder is, else from the files named. Plans to ask are made
//! first, or read from a folder (`--plans`). Seconds are wall time, so they mean an idle machine; CPU seconds stand
//! beside them. `make what-if WHAT_IF="--help"` tells the options.

#![allow(missing_docs, clippy::panic, clippy::expect_used)] // a measurement that cannot be made ends

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Parser;
use netvisit::http::json;
use netvisit::plans::document::PlanDocument;
use netvisit::records::problems::wire::ProblemDocument;
use scheduler::explain::difference::Side;
use scheduler::problem::PairKind;
use scheduler::problem::records::*;
use scheduler::what_if::wish::{Record, Wish};
use scheduler::what_if::wished::Wished;
use scheduler::what_if::{local, proved_after, whole};
use scheduler::{Effort, News, Observer, Outcome, Plan, Solution, Task, Watch};

/// What to measure.
#[derive(Parser)]
struct Options {
    /// Names of instances, or files of problem documents.
    #[arg(default_values_t = ["dk-kl".to_owned(), "se-single".to_owned()])]
    instances: Vec<String>,
    /// How many wishes, of eleven kinds in turn.
    #[arg(long, default_value_t = 50)]
    wishes: usize,
    /// Only these wishes, by number.
    #[arg(long, value_delimiter = ',')]
    only: Vec<usize>,
    /// Seconds that a local answer may take; 0: none is asked for.
    #[arg(long, default_value_t = 1.5)]
    local: f64,
    /// Seconds that an answer may take where everything is optimised again; 0: none.
    #[arg(long, default_value_t = 12.0)]
    whole: f64,
    /// Seconds of a solve from nothing; 0: none.
    #[arg(long, default_value_t = 60.0)]
    scratch: f64,
    /// Seconds that the plans to ask are made in, where they are not read.
    #[arg(long, default_value_t = 60.0)]
    base: f64,
    /// A folder of plan documents, `<instance>.plan.json`; those that are missing are made and written there.
    #[arg(long)]
    plans: Option<PathBuf>,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Seed of every search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What cargo says to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let options = Options::parse();
    for instance in &options.instances {
        match read(instance) {
            Some(records) => measure(instance, &records, &options),
            None => println!("{instance} is not there"),
        }
    }
}

fn read(instance: &str) -> Option<ProblemRecords> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../shared/instances/{instance}.json"));
    let text = std::fs::read(instance).or_else(|_| std::fs::read(beside)).ok()?;
    let document: ProblemDocument = json::read(&text).unwrap_or_else(|unreadable| panic!("{}", unreadable.faults()));
    Some(document.records())
}

/// A plan to ask, with what is proved of its networks.
struct Base {
    problem: Task,
    plan: Plan,
    cost: f64,
    proved: f64,
}

fn base(instance: &str, records: &ProblemRecords, options: &Options) -> Base {
    let problem = Task::new(records).unwrap_or_else(|faults| panic!("{faults}"));
    let file = options.plans.as_ref().map(|folder| folder.join(format!("{instance}.plan.json")));
    let stored = file.as_ref().and_then(|file| std::fs::read(file).ok());
    let document = stored.map(|text| serde_json::from_slice(&text).expect("a plan document")).unwrap_or_else(|| {
        let (outcome, _) = timed(options.base, options, |effort, clock| scheduler::solve(&problem, effort, clock));
        let document = PlanDocument::new(&problem, &planned(outcome).expect("a plan to ask"));
        if let Some(file) = &file {
            std::fs::write(file, serde_json::to_vec(&document).expect("it can be written"))
                .expect("the folder is there");
        }
        document
    });
    let proved = document.bound.as_ref().map_or(0.0, |bound| bound.proved().assignment);
    let (plan, _) = scheduler::check::resolve(&problem, &document.records());
    let cost = scheduler::cost::cost(&problem, &plan).total();
    Base { problem, plan, cost, proved }
}

/// What one way of asking came to, over all wishes.
#[derive(Default)]
struct Answers {
    asked: usize,
    slowest: f64,
    cpu: f64,
    compared: usize,
    within: usize,
    worst: f64,
}

/// How far an answer may be above what a solve from nothing finds, in percent of the total.
const NEAR: f64 = 0.5;

fn measure(instance: &str, records: &ProblemRecords, options: &Options) {
    let base = base(instance, records, options);
    let mut random = Random(1);
    let wishes: Vec<Wish> = (0..options.wishes).map(|at| wish(at, records, &base, &mut random)).collect();
    let (mut near, mut far) = (Answers::default(), Answers::default());
    println!(
        "{instance}: {:.1}; differences of costs, seconds (CPU seconds), % of the total above a solve from nothing",
        base.cost
    );
    for (at, wish) in wishes.iter().enumerate().filter(|(at, _)| options.only.is_empty() || options.only.contains(at)) {
        let Ok(wished) = Wished::new(records, std::slice::from_ref(wish)) else { continue };
        let Ok(after) = wished.problem() else {
            println!("{at:>3} contradicts the problem: {}", said(wish));
            continue;
        };
        let side = Side { problem: &base.problem, plan: &base.plan };
        let proved = proved_after(records, &wished.records(), base.proved);
        let ask = |seconds: f64, search: fn(Side<'_>, &Task, f64, &Effort, &dyn Observer) -> Outcome| {
            (seconds > 0.0)
                .then(|| timed(seconds, options, |effort, clock| search(side, &after, proved, effort, clock)))
        };
        let scratch = ask(options.scratch, |_, after, _, effort, clock| scheduler::solve(after, effort, clock));
        let scratch = scratch.and_then(|(outcome, _)| planned(outcome));
        let told =
            [(&mut near, ask(options.local, local)), (&mut far, ask(options.whole, whole))].map(|(sum, answer)| {
                answer.map_or_else(String::new, |(outcome, took)| sum.told(outcome, took, base.cost, scratch.as_ref()))
            });
        let reference = scratch.map_or(String::new(), |one| format!("{:+10.1}", one.cost.total() - base.cost));
        println!("{at:>3} {} {} {reference:>10}  {}", told[0], told[1], said(wish));
    }
    for (name, sum) in [("local", near), ("whole", far)].iter().filter(|(_, sum)| sum.asked > 0) {
        println!(
            "{instance} {name}: {} answers, slowest {:.2} s, {:.2} CPU s on average; {} of {} at most {NEAR} % above, worst {:+.3} %",
            sum.asked,
            sum.slowest,
            sum.cpu / sum.asked as f64,
            sum.within,
            sum.compared,
            sum.worst
        );
    }
}

impl Answers {
    fn told(&mut self, outcome: Outcome, took: (f64, f64), before: f64, scratch: Option<&Solution>) -> String {
        self.asked += 1;
        self.slowest = self.slowest.max(took.0);
        self.cpu += took.1;
        let Some(found) = planned(outcome) else { return format!("{:>38}", "no plan") };
        let above = scratch.map(|scratch| 100.0 * (found.cost.total() / scratch.cost.total() - 1.0));
        if let Some(above) = above {
            self.worst = if self.compared == 0 { above } else { self.worst.max(above) };
            self.compared += 1;
            self.within += usize::from(above <= NEAR);
        }
        let above = above.map_or(String::new(), |above| format!("{above:+.3} %"));
        format!("{:+10.1} {:6.2} ({:6.2}) {above:>10}", found.cost.total() - before, took.0, took.1)
    }
}

fn planned(outcome: Outcome) -> Option<Solution> {
    match outcome {
        Outcome::Planned(solution) => Some(solution),
        Outcome::Broken(broken) => panic!("{broken:?}"),
        Outcome::Infeasible(_) | Outcome::NotFound(_) => None,
    }
}

struct Clock(Instant);

impl Observer for Clock {
    fn incumbent(&self, _: &Solution) {}
}

impl Watch for Clock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn stopped(&self) -> bool {
        false
    }

    fn tell(&self, _news: News) {}
}

/// The outcome of a search in so many seconds, with the wall and CPU seconds that it took.
fn timed(
    seconds: f64,
    options: &Options,
    search: impl FnOnce(&Effort, &dyn Observer) -> Outcome,
) -> (Outcome, (f64, f64)) {
    let effort = Effort { seconds: Some(seconds), threads: options.threads, seed: options.seed, ..Effort::default() };
    let (clock, cpu) = (Clock(Instant::now()), cpu_seconds());
    let outcome = search(&effort, &clock);
    (outcome, (clock.elapsed().as_secs_f64(), cpu_seconds() - cpu))
}

/// CPU time of this process, user and system, as Linux tells it in hundredths.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("this benchmark needs Linux");
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

struct Random(u64);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((u128::from(self.0 >> 11) * below as u128) >> 53) as usize
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// A random wish; its kind goes by its number.
fn wish(at: usize, records: &ProblemRecords, base: &Base, random: &mut Random) -> Wish {
    let network_of = |id: &str| {
        let e = base.problem.enrolments().iter().position(|one| one.id == id)?;
        base.plan.network_of[e].map(|n| base.problem.network(n).id.clone())
    };
    let e = random.pick(&records.enrolments).clone();
    let here = network_of(&e.id);
    let town = records.municipalities.iter().find(|town| town.id == e.municipality).expect("it is there").clone();
    let networks: Vec<&NetworkRecord> = records.networks.iter().filter(|network| network.track == e.track).collect();
    let network = (*random.pick(&networks)).clone();
    let pair = |kind: PairKind, random: &mut Random| {
        let shared = |f: &EnrolmentRecord| network_of(&f.id) == here;
        let others = records.enrolments.iter().filter(|f| f.track == e.track && f.municipality != e.municipality);
        let others: Vec<_> = others.filter(|f| shared(f) == (kind == PairKind::Apart)).collect();
        Wish::Pair { kind, a: e.municipality.clone(), b: random.pick(&others).municipality.clone() }
    };
    match at % 11 {
        0 => Wish::Place { enrolment: e.id, network: network.id },
        1 => pair(PairKind::Together, random),
        2 => pair(PairKind::Apart, random),
        3 => Wish::Close { network: network.id },
        4 => Wish::Withdraw { enrolment: e.id },
        5 => put(Record::Enrolment(EnrolmentRecord {
            id: "newcomer".to_owned(),
            municipality: random.pick(&records.municipalities).id.clone(),
            track: e.track,
            delegates: 3,
            ..EnrolmentRecord::default()
        })),
        6 => put(Record::Municipality(MunicipalityRecord { host_capacity: Some(8), ..town })),
        7 => put(Record::Network(NetworkRecord { max_members: network.max_members - 1, ..network })),
        8 => {
            let mut days = open_days(base);
            let from = random.below(days.len());
            days = days[from..days.len().min(from + 20)].to_vec();
            let unavailable =
                town.unavailable.iter().flatten().cloned().chain(days).collect::<std::collections::BTreeSet<_>>();
            put(Record::Municipality(MunicipalityRecord {
                unavailable: Some(unavailable.into_iter().collect()),
                ..town
            }))
        }
        9 => put(Record::Enrolment(EnrolmentRecord { delegates: e.delegates + 4, ..e })),
        _ => Wish::Host { date: random.pick(&open_days(base)).clone(), enrolment: e.id },
    }
}

fn put(record: Record) -> Wish {
    Wish::Put { record, said: Default::default() }
}

fn open_days(base: &Base) -> Vec<String> {
    base.problem.rounds().iter().flat_map(|round| &round.open_days).map(ToString::to_string).collect()
}

/// A wish in a few words.
fn said(wish: &Wish) -> String {
    match wish {
        Wish::Place { enrolment, network } => format!("place {enrolment} in {network}"),
        Wish::Pair { a, b, .. } => format!("{} {a} {b}", wish.name()),
        Wish::Close { network } => format!("close {network}"),
        Wish::Withdraw { enrolment } => format!("withdraw {enrolment}"),
        Wish::Host { enrolment, date } => format!("host {enrolment} on {date}"),
        Wish::Put { record: Record::Enrolment(e), .. } => {
            format!("{} of {} sends {}", e.id, e.municipality, e.delegates)
        }
        Wish::Put { record: Record::Municipality(m), .. } if m.host_capacity == Some(8) => {
            format!("{} receives 8", m.id)
        }
        Wish::Put { record: Record::Municipality(m), .. } => format!("{} has fewer days", m.id),
        Wish::Put { record: Record::Network(n), .. } => format!("{} takes {}", n.id, n.max_members),
        Wish::Gather { .. } | Wish::Fewer { .. } | Wish::Put { .. } => wish.name().to_owned(),
    }
}
