//! The bundled catalog holds together: names, aliases, groups, summaries, evidence.

use std::collections::{BTreeMap, BTreeSet};

use signal_catalog::{Catalog, Entry, Evidence, Kind, Origin, ValueType};

fn every_entry(check: impl Fn(&Entry)) {
    for entry in Catalog::bundled().entries() {
        check(entry);
    }
}

#[test]
fn every_name_is_found_and_only_in_its_own_spelling() {
    let catalog = Catalog::bundled();
    for name in catalog.names() {
        assert_eq!(catalog.get(name).map(|entry| &*entry.name), Some(name));
    }
    for unknown in ["", "RSI", "Rsi", "rsi ", "weight", "closе", "ema200", "__import__"] {
        assert!(catalog.get(unknown).is_none(), "{unknown:?} is no name");
    }
}

#[test]
fn names_are_sorted_and_none_is_there_twice() {
    let names: Vec<&str> = Catalog::bundled().names().collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
    assert!(names.len() > 330, "{} names", names.len());
}

#[test]
fn the_snapshot_says_what_it_is() {
    let catalog = Catalog::bundled();
    assert_eq!(catalog.origin(), Origin::Bundled);
    assert_eq!(catalog.origin().as_str(), "bundled");
    assert!(!catalog.is_live());
    assert_eq!(catalog.hash().len(), 16);
    assert!(catalog.hash().chars().all(|digit| digit.is_ascii_hexdigit()));
    assert_eq!(catalog.date().split('-').map(str::len).collect::<Vec<_>>(), [4, 2, 2]);
}

#[test]
fn every_entry_says_what_it_is_and_where_it_belongs() {
    every_entry(|entry| {
        assert!(!entry.group.trim().is_empty(), "{} has a group", entry.name);
        assert!(entry.summary.len() >= 4, "{} has a summary", entry.name);
        assert_eq!(entry.summary.trim(), entry.summary, "{}", entry.name);
        assert_eq!(entry.is_callable(), entry.kind != Kind::Variable, "{}", entry.name);
        assert!(entry.value != ValueType::Unknown, "{} has a type", entry.name);
    });
}

#[test]
fn every_name_can_be_written_in_a_script() {
    let is_name = |name: &str| {
        let mut chars = name.chars();
        chars.next().is_some_and(|c| c.is_ascii_alphabetic()) && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let reserved = ["and", "or", "not", "if", "else", "True", "False", "None", "true", "false"];
    every_entry(|entry| {
        assert!(is_name(&entry.name) && !reserved.contains(&&*entry.name), "{}", entry.name);
        for signature in entry.signatures.iter() {
            for input in signature.inputs.iter() {
                assert!(is_name(&input.name), "{}: input {}", entry.name, input.name);
            }
            for param in signature.params.iter() {
                assert!(is_name(&param.name), "{}: parameter {}", entry.name, param.name);
            }
            for output in signature.outputs.iter() {
                assert!(is_name(&output.name), "{}: output {}", entry.name, output.name);
            }
        }
    });
}

#[test]
fn every_alias_means_the_one_thing_it_stands_for() {
    every_entry(|entry| {
        for signature in entry.signatures.iter() {
            for (index, input) in signature.inputs.iter().enumerate() {
                for name in input.aliases.iter().chain([&input.name]) {
                    assert_eq!(signature.input_index(name), Some(index), "{}: {name}", entry.name);
                    assert_eq!(signature.param_index(name), None, "{}: {name}", entry.name);
                }
            }
            for (index, param) in signature.params.iter().enumerate() {
                for name in param.aliases.iter().chain([&param.name]) {
                    assert_eq!(signature.param_index(name), Some(index), "{}: {name}", entry.name);
                    assert_eq!(signature.input_index(name), None, "{}: {name}", entry.name);
                }
            }
            for (index, output) in signature.outputs.iter().enumerate() {
                for name in output.aliases.iter().chain([&output.name]) {
                    assert_eq!(signature.output_index(name), Some(index), "{}: {name}", entry.name);
                }
            }
        }
    });
}

#[test]
fn every_default_lies_within_its_bounds() {
    every_entry(|entry| {
        for param in entry.signatures.iter().flat_map(|signature| signature.params.iter()) {
            assert!(param.default.is_none_or(|default| param.allows(default)), "{}: {}", entry.name, param.name);
        }
    });
}

#[test]
fn every_signature_reads_as_a_declaration_that_can_be_read_back() {
    every_entry(|entry| {
        for (text, signature) in entry.signature_texts().iter().zip(entry.signatures.iter()) {
            let declared = Entry::declare(&text.replace('?', "")).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(declared.name, entry.name);
            let places = declared.signatures[0].inputs.len() + declared.signatures[0].params.len();
            assert_eq!(places, signature.inputs.len() + signature.params.len(), "{text}");
            assert_eq!(declared.signatures[0].variadic, signature.variadic, "{text}");
        }
    });
}

#[test]
fn evidence_is_as_strong_as_what_it_rests_on() {
    let evidence = |name: &str| Catalog::bundled().get(name).map(|entry| entry.evidence);
    let expected = [
        (
            Evidence::Documented,
            &["rsi", "sma", "ema", "roc", "open", "high", "low", "close", "volume", "emit_signal", "entry", "Weight"][..],
        ),
        (Evidence::TaLib, &["macd", "bbands", "cdldoji", "ht_sine", "wma", "max", "vwap", "obv", "floor"][..]),
        (
            Evidence::Assumed,
            &["exit", "Cash", "Shares", "crossover", "highest", "zscore", "hl2", "bbands_upper", "shift", "abs"][..],
        ),
    ];
    for (strength, names) in expected {
        for name in names {
            assert_eq!(evidence(name), Some(strength), "{name}");
        }
    }
    every_entry(|entry| {
        let strongest = entry.signatures.iter().map(|signature| signature.evidence).max();
        assert!(strongest.is_none_or(|strongest| strongest == entry.evidence), "{}", entry.name);
    });
}

#[test]
fn the_names_that_scripts_use_are_there() {
    let names = "Cash Shares Weight abs adx atr bbands_lower bbands_middle bbands_upper between cci close correlation crossover \
                 crossunder cross ema emit_signal entry exit falling high highest low lowest macd macd_signal macd_hist max mfi \
                 min obv open percentile rising roc rsi shift slope sma stddev stoch_k stoch_d volume vwap wma zscore hhv llv ref lag \
                 prev change delta diff barssince valuewhen median stdev donchian keltner supertrend ichimoku vwma sign round \
                 log clip nz returns any all count where cumsum hl2 hlc3 ohlc4";
    let missing: Vec<&str> = names.split_whitespace().filter(|name| Catalog::bundled().get(name).is_none()).collect();
    assert_eq!(missing, [""; 0]);
}

#[test]
fn groups_are_few_enough_to_list() {
    let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in Catalog::bundled().entries() {
        *groups.entry(&entry.group).or_default() += 1;
    }
    assert!(groups.len() <= 20, "{groups:?}");
    assert!(groups.values().all(|count| *count >= 2), "{groups:?}");
}
