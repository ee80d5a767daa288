//! A tag in a checkout (or bare copy) of github.com/ory/kratos, read with `git`.

use std::path::Path;
use std::process::Command;

/// Code whose changes a configuration can notice.
const CODE: [&str; 4] = ["*.go", "embedx/*.json", ":(exclude)*_test.go", ":(exclude)pkg/httpclient"];

/// A tag, branch or commit of a checkout.
#[derive(Clone, Copy)]
pub(super) struct Checkout<'a> {
    pub path: &'a Path,
    pub tag: &'a str,
}

impl Checkout<'_> {
    /// A file.
    pub(super) fn show(self, file: &str) -> Result<String, String> {
        let name = format!("{}:{file}", self.tag);
        self.git(&["show", &name]).map_err(|why| format!("{name}: {why}"))
    }

    /// A file; of a folder all files in Go but for tests, each after a line `=== PATH`.
    pub(super) fn show_all(self, path: &str) -> Result<String, String> {
        let names = self.git(&["ls-tree", "-r", "--name-only", self.tag, path])?;
        if names.trim() == path {
            return self.show(path);
        }
        let mut text = String::new();
        let is_code = |name: &&str| {
            Path::new(name).extension().is_some_and(|ending| ending == "go") && !name.ends_with("_test.go")
        };
        for name in names.lines().filter(is_code) {
            text.push_str(&format!("=== {name}\n{}\n", self.show(name)?));
        }
        Ok(text)
    }

    /// Whether the tag has a commit and all that came before it.
    pub(super) fn contains(self, commit: &str) -> bool {
        self.git(&["merge-base", "--is-ancestor", commit, self.tag]).is_ok()
    }

    /// Commits of the tag after another one that change code, oldest first.
    pub(super) fn commits_after(self, commit: &str) -> Result<Vec<String>, String> {
        let range = format!("{commit}..{}", self.tag);
        let log = ["log", "--no-merges", "--reverse", "--format=%h %s", range.as_str(), "--"];
        let text = self.git(&[&log, CODE.as_slice()].concat())?;
        Ok(text.lines().map(str::to_owned).collect())
    }

    /// The lines of its CHANGELOG about breaking changes.
    pub(super) fn breaking(self) -> Vec<String> {
        let text = self.show("CHANGELOG.md").unwrap_or_default();
        let section = text.split(&format!("[{}]", self.tag.trim_start_matches('v'))).nth(1).unwrap_or_default();
        let section = section.split("\n# ").next().unwrap_or_default();
        let breaking = section.lines().skip_while(|line| !line.to_lowercase().contains("breaking changes"));
        let breaking = breaking.take_while(|line| !line.starts_with("### Bug")).filter(|line| !line.trim().is_empty());
        breaking.take(40).map(str::to_owned).collect()
    }

    fn git(self, args: &[&str]) -> Result<String, String> {
        let done =
            Command::new("git").arg("-C").arg(self.path).args(args).output().map_err(|why| format!("git: {why}"))?;
        if !done.status.success() {
            return Err(String::from_utf8_lossy(&done.stderr).trim().to_owned());
        }
        String::from_utf8(done.stdout).map_err(|_| "not UTF-8".to_owned())
    }
}
