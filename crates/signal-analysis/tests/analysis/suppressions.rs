//! `# signal: allow` comments: what they speak for, what is wrong with them, and those that nobody needs.

use signal_analysis::{Analysis, Input, Level, Levels, SuppressionScope, analyze, suppression_edits};
use signal_catalog::Catalog;
use signal_project::{Flags, directives, resolve};
use signal_syntax::parse;
use signal_text::{Source, apply_edits};

/// Analyses a script with every rule at its level but those in `off`.
fn analysed<R>(script: &str, off: &[&str], read: impl FnOnce(&Source, &Analysis<'_>) -> R) -> R {
    let source = Source::new("example.signal", script);
    let parsed = parse(&source);
    let settings = resolve(None, &directives(&source, &parsed.tree), &Flags::default());
    let levels = Levels(off.iter().map(|rule| ((*rule).to_owned(), Level::Off)).collect());
    let catalog = Catalog::bundled();
    let input = Input { source: &source, parsed: &parsed, catalog, settings: &settings, levels: &levels, today: None };
    read(&source, &analyze(input))
}

/// What is left and what is allowed, each as `rule:line`, for the rules that these tests are about.
fn found(script: &str, off: &[&str]) -> (Vec<String>, Vec<String>) {
    analysed(script, off, |source, analysis| {
        let name = |finding: &signal_text::Diagnostic| {
            format!("{}:{}", finding.code, source.line_column(finding.span.start).line)
        };
        let left = analysis.diagnostics.iter().filter(|finding| OURS.contains(&&*finding.code)).map(name).collect();
        let allowed = analysis.suppressed.iter().map(|one| name(&one.diagnostic)).collect();
        (left, allowed)
    })
}

const OURS: &[&str] = &[
    "bad-setting",
    "malformed-suppression",
    "suppression-not-used",
    "syntax-error",
    "undefined-name",
    "unexpected-indent",
    "unknown-exchange",
    "unknown-function",
];

#[track_caller]
fn check(script: &str, left: &[&str], allowed: &[&str]) {
    let (found_left, found_allowed) = found(script, &[]);
    assert_eq!(found_left, left, "left of\n{script}");
    assert_eq!(found_allowed, allowed, "allowed in\n{script}");
}

#[test]
fn a_comment_at_the_end_of_a_line_speaks_for_the_statements_that_touch_it() {
    check("x = rsl(close, 14)  # signal: allow unknown-function\n", &[], &["unknown-function:1"]);
    check("x = rsl(close, 14) #signal:allow unknown-function because new", &[], &["unknown-function:1"]);
    check("x = max(  # signal: allow unknown-function\n  rsl(close),\n  1,\n)\n", &[], &["unknown-function:2"]);
    check("x = max(\n  rsl(close),\n  1,\n)  # signal: allow unknown-function\n", &[], &["unknown-function:2"]);
    // In the middle, a comment speaks for its own line.
    check(
        "x = max(\n  rsl(close),  # signal: allow unknown-function\n  rsl(open),\n)\n",
        &["unknown-function:3"],
        &["unknown-function:2"],
    );
    check("x = rsl(1); y = rsl(2)  # signal: allow unknown-function\n", &[], &["unknown-function:1"; 2]);
    check(
        "x = rsl(close, 14)  # signal: allow unknown-function\ny = rsl(close, 14)\n",
        &["unknown-function:2"],
        &["unknown-function:1"],
    );
}

#[test]
fn a_comment_on_a_line_of_its_own_speaks_for_the_next_line_of_code() {
    let allow = "# signal: allow unknown-function";
    check(&format!("{allow}\n\n# why not\nx = rsl(close, 14)\n"), &[], &["unknown-function:4"]);
    check(&format!("{allow}\r\nx = max(\r\n  rsl(1))\r\n"), &[], &["unknown-function:3"]);
    check(&format!("y = 1\n{allow}\nx = rsl(1)\nz = rsl(1)\n"), &["unknown-function:4"], &["unknown-function:3"]);
    check(&format!("x = max(\n  {allow}\n  rsl(1),\n  1)\n"), &[], &["unknown-function:3"]);
    check(
        "# signal: allow unknown-function\n# signal: allow unexpected-indent\n  x = rsl(1)\n",
        &[],
        &["unexpected-indent:3", "unknown-function:3"],
    );
    check(&format!("x = 1\n{allow}"), &["suppression-not-used:2"], &[]);
}

#[test]
fn a_comment_can_speak_for_the_whole_file() {
    check(
        "x = rsl(1)\n# signal: allow unknown-function, unknown-exchange in this file because new\ny = rsl(2)\n",
        &["suppression-not-used:2"],
        &["unknown-function:1", "unknown-function:3"],
    );
    // The nearest comment counts as the one that is needed.
    check(
        "# signal: allow unknown-function in this file\nx = rsl(1)  # signal: allow unknown-function\n",
        &["suppression-not-used:1"],
        &["unknown-function:2"],
    );
}

#[test]
fn findings_in_directives_can_be_allowed_too() {
    check("#! exchange = brandnew  # signal: allow unknown-exchange\nx = close\n", &[], &["unknown-exchange:1"]);
    check("# signal: allow unknown-exchange\n#! exchange = brandnew\nx = close\n", &[], &["unknown-exchange:2"]);
    check("#! timeframe = 2h  # signal: allow bad-setting\nx = close\n", &[], &["bad-setting:1"]);
}

#[test]
fn what_is_only_prose_is_left_alone() {
    for prose in [
        "# signal: below the line",
        "# signal: allows one entry a day",
        "# signal: ignore the first bars",
        "# signals: allow this",
        "# the signal: allow unused-name",
        "# signal allow",
        "#",
        "# signal:",
    ] {
        check(&format!("{prose}\nx = close\n"), &[], &[]);
    }
}

#[test]
fn what_was_meant_to_allow_and_does_not_is_reported() {
    for (comment, fixed) in [
        ("# signal: alow unknown-function", "# signal: allow unknown-function"),
        ("# signal: allow-file unknown-function because x", "# signal: allow unknown-function in this file because x"),
        ("# signal: ignore unknown-function", "# signal: allow unknown-function"),
        ("# signal: allow unknown-functon", "# signal: allow unknown-function"),
        ("# signal: allow unknown_function", "# signal: allow unknown-function"),
        ("# signal: allow unknown-function it is new", "# signal: allow unknown-function because it is new"),
    ] {
        let script = format!("{comment}\nx = rsl(close)\n");
        let mended = analysed(&script, &[], |_, analysis| {
            let faults = analysis.diagnostics.iter().filter(|finding| finding.code == "malformed-suppression");
            let fixes: Vec<_> = faults.flat_map(|fault| &fault.fixes).collect();
            assert_eq!(fixes.len(), 1, "{script}");
            apply_edits(&script, &fixes[0].edits).unwrap()
        });
        assert_eq!(mended, format!("{fixed}\nx = rsl(close)\n"));
        check(&mended, &[], &["unknown-function:2"]);
    }
    check("# signal: allow\nx = close\n", &["malformed-suppression:1"], &[]);
    check("# signal: allow because I say so\nx = close\n", &["malformed-suppression:1"], &[]);
    check("# signal: allow everything\nx = close\n", &["malformed-suppression:1"], &[]);
}

#[test]
fn syntax_errors_can_t_be_allowed() {
    check("x = @  # signal: allow syntax-error\n", &["syntax-error:1", "malformed-suppression:1"], &[]);
}

#[test]
fn a_suppression_is_not_called_idle_where_the_run_can_t_tell() {
    let dated = "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-12-31\n";
    let script = "x = sma(close, 5)  # signal: allow not-enough-bars\n";
    check(script, &[], &[]);
    check(&format!("{dated}{script}"), &["suppression-not-used:4"], &[]);
    // Nor where the rule does not run, nor where a part of the script was not understood.
    assert_eq!(found("x = 1  # signal: allow unknown-function\n", &["unknown-function"]).0, [""; 0]);
    check("x = @\ny = 1  # signal: allow unknown-function\n", &["syntax-error:1"], &[]);
}

#[test]
fn idle_suppressions_are_removed_by_their_fixes() {
    for (script, rest) in [
        ("x = 1  # signal: allow unknown-function because of y\ny = 2\n", "x = 1\ny = 2\n"),
        ("# signal: allow unknown-function\r\nx = 1\r\n", "x = 1\r\n"),
        ("x = 1 \\\n  # signal: allow unknown-function\ny = 1\n", "x = 1 \\\n\ny = 1\n"),
        (
            "x = rsl(1)  # signal: allow unknown-function, unknown-exchange\n",
            "x = rsl(1)  # signal: allow unknown-function\n",
        ),
        (
            "x = rsl(1)  # signal: allow unknown-exchange, unknown-function\n",
            "x = rsl(1)  # signal: allow unknown-function\n",
        ),
    ] {
        let mended = analysed(script, &[], |_, analysis| {
            let idle = analysis.diagnostics.iter().find(|finding| finding.code == "suppression-not-used").unwrap();
            assert!(idle.fixes[0].safe);
            apply_edits(script, &idle.fixes[0].edits).unwrap()
        });
        assert_eq!(mended, rest);
        assert!(!found(&mended, &[]).0.iter().any(|left| left.starts_with("suppression")), "{mended}");
    }
}

#[test]
fn the_reason_is_kept() {
    let reasons = |script: &str| {
        analysed(script, &[], |_, analysis| {
            analysis.suppressed.iter().map(|one| one.reason.clone()).collect::<Vec<_>>()
        })
    };
    let script = "x = rsl(1)  # signal: allow unknown-function because it is new, and known \n";
    assert_eq!(reasons(script), [Some("it is new, and known".to_owned())]);
    assert_eq!(reasons("x = rsl(1)  # signal: allow unknown-function because"), [None]);
}

/// Asserts what `suppression_edits` makes of a script, and that the finding is gone then.
#[track_caller]
fn check_added(script: &str, scope: SuppressionScope, expected: &str) {
    let off = ["no-signal", "unused-name"];
    let added = analysed(script, &off, |source, analysis| {
        let edits = suppression_edits(source, analysis.facts.tree(), &analysis.diagnostics, Some("legacy"), scope);
        apply_edits(script, &edits).unwrap()
    });
    assert_eq!(added, expected);
    assert_eq!(found(&added, &off).0, [""; 0]);
}

#[test]
fn suppressions_are_written_where_they_read_best() {
    let one = SuppressionScope::Statement;
    let allow = "# signal: allow unknown-function because legacy";
    check_added("x = rsl(1)\ny = 2\n", one, &format!("x = rsl(1)  {allow}\ny = 2\n"));
    check_added("x = max(\n  rsl(1), 2)", one, &format!("x = max(  {allow}\n  rsl(1), 2)"));
    check_added("x = rsl(1)  # strength\r\n", one, &format!("{allow}\r\nx = rsl(1)  # strength\r\n"));
    let long = format!("x = rsl({})\n", "1 + ".repeat(25) + "1");
    check_added(&long, one, &format!("{allow}\n{long}"));
    check_added("x = rsl(1) + \\\n  2\n", one, &format!("{allow}\nx = rsl(1) + \\\n  2\n"));
    check_added("\u{FEFF}x = rsl(1)  # BOM\n", one, &format!("\u{FEFF}{allow}\nx = rsl(1)  # BOM\n"));
    check_added(
        "  x = rsl(1)  # signal: allow unknown-function because it is new\n",
        one,
        "  x = rsl(1)  # signal: allow unknown-function, unexpected-indent because it is new\n",
    );
    check_added(
        "#! exchange = brandnew\nx = close\n",
        one,
        "# signal: allow unknown-exchange because legacy\n#! exchange = brandnew\nx = close\n",
    );
}

#[test]
fn suppressions_for_the_file_stand_at_its_head() {
    let file = SuppressionScope::File;
    let allow = "# signal: allow unknown-function in this file because legacy";
    check_added("x = rsl(1)\n", file, &format!("{allow}\nx = rsl(1)\n"));
    check_added("#!/usr/bin/dsl run\nx = rsl(1)\n", file, &format!("#!/usr/bin/dsl run\n{allow}\nx = rsl(1)\n"));
}

#[test]
fn a_pile_of_comments_costs_no_more_than_its_length() {
    let mut script = "# signal: allow unknown-exchange\n".repeat(20_000);
    script.push_str(&"x = rsl(1)  # signal: allow unknown-function\n".repeat(20_000));
    let began = std::time::Instant::now();
    let (left, allowed) = found(&script, &[]);
    assert_eq!((left.len(), allowed.len()), (20_000, 20_000));
    // Their product would take minutes.
    assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
}
