//! README and ARCHITECTURE: what they name exists, what they tell to type works, and no sentence is long.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::Server;

const README: &str = include_str!("../README.md");
const ARCHITECTURE: &str = include_str!("../ARCHITECTURE.md");
const CONTRIBUTING: &str = include_str!("../CONTRIBUTING.md");

/// Most words of a sentence.
const MOST_WORDS: usize = 35;

/// Stands in an answer of the README for whatever comes there.
const ANYTHING: char = '…';

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every file and directory of the repository, from its root, with a slash before it.
fn tree() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![root()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && !["target", ".git", "var", "dist"].contains(&name.as_str()) {
                open.push(path);
                found.insert(format!("/{name}/"));
            } else {
                found.insert(format!("/{name}"));
            }
        }
    }
    found
}

/// The pieces of a document between two marks.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).filter_map(|rest| rest.split(end).next()).collect()
}

/// Paths that a document names: in `code`, in links, and in the blocks that show the tree.
fn paths(text: &str) -> BTreeSet<String> {
    let blocks: String = between(text, "\n```\n", "\n```").join("\n");
    let prose = text.split("```").step_by(2).collect::<String>();
    let code = between(&prose, "`", "`").into_iter().step_by(2).flat_map(str::split_whitespace);
    let links = between(&prose, "](", ")").into_iter();
    let links = links.filter(|link| !link.contains("://") && !link.starts_with('#')).map(str::to_owned);
    let is_path = |word: &&str| {
        let named = word.strip_suffix('/').or(word.strip_suffix(".rs")).or(word.strip_suffix(".md"));
        named.is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
        }) && !word.starts_with('/')
    };
    let words = blocks.split(|c: char| c.is_whitespace() || ",:;()".contains(c)).chain(code);
    words.filter(is_path).map(str::to_owned).chain(links).collect()
}

#[test]
fn every_path_that_a_document_names_exists() {
    let tree = tree();
    for (document, least) in [(README, 8), (ARCHITECTURE, 80), (CONTRIBUTING, 3)] {
        let named = paths(document);
        assert!(named.len() >= least, "{named:?}");
        let exists = |path: &String| {
            let path = format!("/{}", path.trim_end_matches('/'));
            tree.iter().any(|known| known.trim_end_matches('/').ends_with(&path))
        };
        let missing: Vec<_> = named.iter().filter(|path| !exists(path)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

/// The sentences of a document: of its paragraphs, items of lists and cells of tables; code blocks apart.
fn sentences(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for line in text.split("```").step_by(2).collect::<String>().lines().map(str::trim) {
        let item = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches(['-', '.', '#']);
        if line.is_empty() || item.starts_with(' ') && item != line || line.starts_with('|') {
            parts.push(String::new());
        }
        if line.starts_with('|') {
            parts.extend(line.split('|').map(str::to_owned));
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(' ');
            part.push_str(item);
        }
    }
    let ends = |part: &String| {
        part.replace(['*', '"'], "")
            .replace("? ", ".\n")
            .replace("! ", ".\n")
            .replace(". ", ".\n")
            .replace(".) ", ".\n")
    };
    parts.iter().map(ends).flat_map(|part| part.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn no_sentence_of_readme_or_architecture_is_long() {
    for document in [README, ARCHITECTURE] {
        let sentences = sentences(document);
        assert!(sentences.len() > 100);
        for sentence in sentences {
            let words = sentence.split_whitespace().count();
            assert!(words <= MOST_WORDS, "{words} words: {sentence}");
        }
    }
}

/// Whether a text is as a pattern says in which [`ANYTHING`] stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.collect::<Vec<_>>();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// The commands of the tour as a script for a service at this address, and the answers that the README shows. The script puts
/// a mark after each part whose answer is shown. Plans get work instead of seconds, so that no clock counts.
fn tour(address: &str) -> (String, Vec<String>) {
    let tour = README.split("## A tour in five minutes").nth(1).unwrap().split("\n## ").next().unwrap();
    let commands = between(tour, "```sh\n", "```").concat();
    let commands = commands.replace("127.0.0.1:8080", address).replace("\"seconds\\\": 20", "\"work\\\": 20000");
    let commands = commands.replace("\"seconds\": 20", "\"work\": 20000");
    assert!(!commands.contains("seconds\\\"") && commands.matches("20000").count() == 2, "{commands}");
    let mut script = "set -eu\n".to_owned();
    let mut answers: Vec<String> = Vec::new();
    let mut shown = false;
    for line in commands.lines() {
        let answer = line.strip_prefix("# → ");
        match (answer, answers.last_mut()) {
            (Some(more), Some(answer)) if shown => *answer += &format!("\n{more}"),
            (Some(answer), _) => {
                answers.push(answer.to_owned());
                script += "printf '\\036'\n";
            }
            (None, _) => script += &format!("{line}\n"),
        }
        shown = answer.is_some();
    }
    (script, answers)
}

#[test]
fn the_tour_of_the_readme_works_as_it_stands() {
    let is_here = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !is_here("curl") || !is_here("jq") {
        assert!(std::env::var_os("CI").is_none(), "the tour of the README needs curl and jq");
        eprintln!("curl or jq is not here; the tour of the README was not taken");
        return;
    }
    let server = Server::with(&["--demo"]);
    let (script, answers) = tour(server.address());
    let directory = tempfile::TempDir::new().unwrap();
    let output = Command::new("sh").arg("-c").arg(&script).current_dir(&directory).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    let parts: Vec<&str> = told.split('\u{1e}').map(str::trim).collect();
    assert!(answers.len() > 10 && parts.len() == answers.len() + 1, "{told}");
    for (answer, part) in answers.iter().zip(&parts) {
        assert!(matches(answer, part), "the README says:\n{answer}\nthe service:\n{part}");
    }
    assert_eq!(parts.last(), Some(&""), "the README shows every answer");
    let workbook = fs::read(directory.path().join("plan.xlsx")).unwrap();
    assert!(workbook.starts_with(b"PK"), "a workbook");
}
