//! Fixes do what they say: applied, the finding is gone and no other has come.

use signal_text::{Severity, apply_edits};

use crate::check;

/// Scripts with one fault each that a rule has a fix for.
const FAULTY: &[&str] = &[
    "oversold = rsl(close, 14) < 30\n",
    "up = clsoe > 5\n",
    "level = 5\nup = close > levle\n",
    "up = close > 5 && close < 9\n",
    "up = sma(close, peroid=20) > 5\n",
    "up = rsi(close, 1) > 5\n",
    "emit_signal(close > 5, entry(\"BINANCE:BTC-USDT\", \"LONG\", Weight(0.5)))\n",
    "emit_signal(close > 5, entry(\"BINANCEE:BTC/USDT\", \"LONG\", Weight(0.5)))\n",
    "#! timeframes = 1h\nup = close > 5\n",
    "#! timeframe = 60m\nup = close > 5\n",
    "btc = \"BTCUSDT\"\npair = btc\nemit_signal(close > 5, entry(pair, \"LONG\", Weight(0.5)))\nemit_signal(close < 5, exit(btc))\n",
    "up = sma(close, 14.5) > 5\n",
    "#! timeframe = 1d\n#! start_date = 2024-01-15\n#! end_date = 2024-01-15\nup = rsi(close, 14) < 30\n",
    "  up = close > 5\n",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-02-01\nup = close > ema(close, 200)\n",
    "#! timeframe = 1w\r\n#! start_date = 2024-01-03\r\n#! end_date = 2024-02-01\r\nup = rsi(close, 14)[-3] < 30\r\nemit_signal(up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\r\n",
    "#! timeframe = 1d\n#! start_date = 2024-01-01\n#! end_date = 2024-01-15\nup = rsi(close, 14) < 30\nemit_signal(up, exit(\"BINANCE:BTC/USDT\", \"LONG\"))\n",
];

#[test]
fn every_fix_makes_its_finding_go_away() {
    for script in FAULTY {
        let before = check(script);
        let finding = before.first().unwrap_or_else(|| panic!("nothing is found in {script}"));
        assert!(!finding.fixes.is_empty(), "no fix for {script}: {finding:?}");
        for fix in &finding.fixes {
            let mended = apply_edits(script, &fix.edits).unwrap();
            let after = check(&mended);
            assert!(after.is_empty(), "'{}' leaves {after:?} in\n{mended}", fix.title);
        }
    }
}

#[test]
fn a_safe_fix_never_stands_beside_a_doubt() {
    // What says "safe" may be applied unasked, so it must not rest on a guess about numbers or dates.
    for script in FAULTY {
        for finding in
            check(script).iter().filter(|finding| finding.code.contains("bars") || finding.code.contains("bounds"))
        {
            assert!(finding.fixes.iter().all(|fix| !fix.safe), "{finding:?}");
            assert!(finding.severity >= Severity::Warning);
        }
    }
}
