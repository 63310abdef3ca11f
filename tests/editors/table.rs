//! The table of features and editors in `editors/README.md` names what the server offers, all of it and nothing else.

use std::collections::BTreeSet;

use crate::lsp::client::{Client, Manner};
use crate::scratch::Scratch;

/// Rows of the table and what of the server they are about.
const PROVIDED: [(&str, &str); 23] = [
    ("findings while you type", "diagnosticProvider"),
    ("hover", "hoverProvider"),
    ("completion", "completionProvider"),
    ("signature help", "signatureHelpProvider"),
    ("go to definition", "definitionProvider"),
    ("go to definition", "declarationProvider"),
    ("references", "referencesProvider"),
    ("other places of a name light up", "documentHighlightProvider"),
    ("rename", "renameProvider"),
    ("linked editing", "linkedEditingRangeProvider"),
    ("symbols of the script", "documentSymbolProvider"),
    ("symbols of the workspace", "workspaceSymbolProvider"),
    ("who depends on whom", "callHierarchyProvider"),
    ("growing selection", "selectionRangeProvider"),
    ("folding by the server", "foldingRangeProvider"),
    ("links", "documentLinkProvider"),
    ("colours by the server", "semanticTokensProvider"),
    ("inlay hints", "inlayHintProvider"),
    ("code lens", "codeLensProvider"),
    ("code actions, fixes", "codeActionProvider"),
    ("formatting of the script", "documentFormattingProvider"),
    ("formatting of lines", "documentRangeFormattingProvider"),
    ("formatting while typing", "documentOnTypeFormattingProvider"),
];
/// Rows that are about no single ability of the server.
const OTHERS: [&str; 3] = ["colours by a grammar", "`signal.toml`", "backtest from the editor"];

#[test]
fn the_table_of_editors_names_what_the_server_offers() {
    let page = std::fs::read_to_string(super::editors().join("README.md")).unwrap();
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut lines = page.lines().skip_while(|line| !line.starts_with("| | Neovim |"));
    let editors = cells(lines.next().unwrap()).split_off(1);
    let mut rows = BTreeSet::new();
    for line in lines.skip(1).take_while(|line| line.starts_with('|')) {
        let mut cells = cells(line).into_iter();
        let row = cells.next().unwrap();
        for (editor, cell) in editors.iter().zip(cells) {
            assert!(["tested", "works", "-"].contains(&&*cell), "{row} in {editor} is {cell:?}");
            let tests = super::editors().join("../tests/editors").join(editor.to_lowercase().replace(' ', ""));
            assert!(cell != "tested" || tests.join("run.sh").exists(), "nothing tests {row} in {editor}");
        }
        assert!(rows.insert(row.clone()), "{row} stands there twice");
    }
    let expected = PROVIDED.iter().map(|(row, _)| *row).chain(OTHERS);
    assert_eq!(rows.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected.collect(), "rows of the table");

    // Findings are sent to whoever does not ask for them.
    let client = Client::with(&Scratch::new(), Manner::usual().pull());
    let offered = client.capabilities().as_object().unwrap().iter().filter(|(_, is_there)| **is_there != false);
    let offered: BTreeSet<&str> = offered.map(|(name, _)| &**name).filter(|name| name.ends_with("Provider")).collect();
    assert_eq!(offered, PROVIDED.iter().map(|(_, provider)| *provider).collect(), "rows tell all that is offered");
}
