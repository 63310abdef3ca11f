//! An answer's names together with what is known already.
//!
//! The answer's word counts for names, parameters, defaults and bounds. What it does not tell, above all lookback and
//! memory, is filled in from the known catalog where the function is evidently the same: it has the same name, as many
//! inputs, and its parameters are ours one to one, by name or alias, or by their number and kinds.

use std::borrow::Cow;
use std::collections::HashSet;

use super::json::plain;
use super::parts::StatedParam;
use super::record::{self, Form, Stated};
use super::skips::Skips;
use super::walk::Found;
use super::words::Section;
use crate::declare::{empty_signature, open_signature};
use crate::{
    Entry, Evidence, Formula, Input, Kind, Output, Param, ParamKind, Settling, Signature, TalibParam, Text, ValueType,
};

/// One name from everything that was found of it, which is at least one record.
pub(super) fn entry(found: &[&Found<'_, '_>], known: Option<&Entry>, skips: &mut Skips) -> Entry {
    let stated: Vec<Stated> = found.iter().map(|found| record::read(found)).collect();
    let mut first = true;
    let mut forms: &[Form] = &[];
    let mut conflict = false;
    for stated in stated.iter().filter(|stated| !stated.forms.is_empty()) {
        conflict |= !first && !is_same_call(forms, &stated.forms);
        if first {
            forms = &stated.forms;
            first = false;
        }
    }
    let sections: Vec<Section> = found.iter().map(|found| found.section).collect();
    let kind = kind(&sections, stated.iter().find_map(|stated| stated.kind), known);
    let name = found.first().map(|found| found.name.clone()).unwrap_or_default();
    if conflict {
        for (found, stated) in found.iter().zip(&stated).filter(|(_, stated)| !stated.forms.is_empty()) {
            let at: Vec<&str> = stated.forms.iter().flat_map(part_names).collect();
            let parts = at.join(", ");
            skips.add(
                &found.path,
                format!(
                    "`{name}` is listed with different signatures, here ({parts}); it is taken as callable in any way"
                ),
            );
        }
    }
    let signatures = if conflict {
        vec![open()]
    } else if forms.is_empty() {
        untold(kind, &sections, known, stated.iter().find_map(|stated| stated.outputs.as_ref()))
    } else {
        let value = stated.iter().find_map(|stated| stated.value);
        forms.iter().flat_map(|form| told(form, known, forms.len() > 1, value)).collect()
    };
    let text = |pick: fn(&Stated) -> Option<&String>, ours: Option<&Text>| {
        stated.iter().find_map(pick).cloned().map(Cow::Owned).or_else(|| ours.cloned()).unwrap_or_default()
    };
    Entry {
        group: text(|stated| stated.group.as_ref(), known.map(|known| &known.group)),
        summary: text(|stated| stated.summary.as_ref(), known.map(|known| &known.summary)),
        signatures: Cow::Owned(signatures),
        value: stated
            .iter()
            .find_map(|stated| stated.value)
            .or(known.map(|known| known.value))
            .unwrap_or(ValueType::Unknown),
        evidence: Evidence::Live,
        name: Cow::Owned(name),
        kind,
    }
}

fn open() -> Signature {
    let evidence = Evidence::Live;
    Signature { outputs: Cow::Borrowed(&[]), evidence, form: evidence, ..open_signature() }
}

fn kind(sections: &[Section], stated: Option<Kind>, known: Option<&Entry>) -> Kind {
    // Statement, actions and sizings are what they are, wherever they are listed; so are the prices.
    let ours = known.map(|known| known.kind);
    if let Some(kind @ (Kind::Signal | Kind::Action | Kind::Sizing | Kind::Variable)) = ours {
        return kind;
    }
    if sections.contains(&Section::Variables) {
        return Kind::Variable;
    }
    let listed = sections.iter().find_map(|section| match section {
        Section::Operators => Some(Kind::Operator),
        Section::Sizings => Some(Kind::Sizing),
        Section::Actions => Some(Kind::Action),
        _ => None,
    });
    let field = sections.contains(&Section::Fields).then_some(Kind::Variable);
    stated.or(field).or(ours).or(listed).unwrap_or(Kind::Indicator)
}

/// Ways to call a name of which the answer says nothing but that it exists.
fn untold(kind: Kind, sections: &[Section], known: Option<&Entry>, outputs: Option<&Vec<Output>>) -> Vec<Signature> {
    let ours = known.map(|known| known.signatures.to_vec()).unwrap_or_default();
    let is_data = kind == Kind::Variable;
    if !ours.is_empty() {
        return ours;
    }
    // A name that an answer lists among its indicators, or in a list without a heading, may be called.
    let callable = !is_data || sections.iter().any(|section| matches!(section, Section::Indicators | Section::Fields));
    let open = Signature { outputs: outputs.cloned().map(Cow::Owned).unwrap_or_default(), ..open() };
    if callable { vec![open] } else { Vec::new() }
}

/// Ways to call a name as the answer tells them; an open one follows where it leaves something to guess.
fn told(form: &Form, known: Option<&Entry>, several: bool, value: Option<ValueType>) -> Vec<Signature> {
    let stated = form.params.as_deref().unwrap_or_default();
    let ours = known.and_then(|known| {
        let same = |signature| mapping(form, signature).map(|mapping| (signature, mapping));
        known.signatures.iter().find_map(same)
    });
    let mut signature = match &ours {
        Some((ours, mapping)) => filled(form, ours, mapping, several),
        None => alone(form),
    };
    let names: Vec<&str> = stated.iter().map(|param| &*param.name).collect();
    if let Some(formula) = form.lookback.as_deref().and_then(|text| record::lookback(text, &names))
        && signature.lookback.as_ref().is_none_or(|ours| !is_same_formula(ours, &formula))
    {
        signature.lookback = Some(formula);
        signature.evidence = Evidence::Live;
        is_no_longer_talibs(&mut signature);
    }
    if let Some(outputs) = &form.outputs {
        let ours = ours.as_ref().map(|(ours, _)| &*ours.outputs).unwrap_or_default();
        let (outputs, in_order) = merged_outputs(outputs, ours);
        signature.outputs = Cow::Owned(outputs);
        if !in_order {
            is_no_longer_talibs(&mut signature);
        }
    } else if ours.is_none() && value == Some(ValueType::Nothing) {
        signature.outputs = Cow::Borrowed(&[]);
    }
    let sure = (form.inputs.is_some() || ours.is_some())
        && !form.doubtful
        && signature.params.iter().zip(stated).all(|(param, stated)| param.default.is_some() || stated.required);
    let mut signatures = vec![signature];
    if !sure {
        signatures.push(open());
    }
    signatures
}

fn is_no_longer_talibs(signature: &mut Signature) {
    signature.talib = None;
    signature.talib_output = None;
    signature.talib_params = Cow::Borrowed(&[]);
}

/// The signature as the answer tells it, of a function that we do not know.
fn alone(form: &Form) -> Signature {
    let mut signature = Signature {
        params: form.params.iter().flatten().map(StatedParam::alone).collect(),
        outputs: Cow::Borrowed(&[]),
        variadic: form.variadic,
        evidence: Evidence::Live,
        form: Evidence::Live,
        ..empty_signature()
    };
    signature.inputs = match &form.inputs {
        Some(inputs) => Cow::Owned(inputs.clone()),
        // One series first is how the service writes its calls; the open signature beside it takes any other.
        None => Cow::Owned(vec![Input {
            name: Cow::Borrowed("source"),
            aliases: Cow::Borrowed(&[]),
            value: ValueType::Number,
            column: Some(crate::PriceColumn::Close),
            optional: true,
        }]),
    };
    signature
}

/// Which of our parameters each stated one is; `None`: it is not the same function.
fn mapping(form: &Form, ours: &Signature) -> Option<Vec<usize>> {
    if let Some(inputs) = &form.inputs {
        // Price columns go without saying.
        let implied = inputs.is_empty() && ours.inputs.iter().all(|input| input.column.is_some());
        if !implied && inputs.len() != ours.inputs.len() {
            return None;
        }
    }
    let Some(stated) = &form.params else {
        // An input under the name of a parameter of ours is another function's.
        let taken = |param: &Param| form.inputs.iter().flatten().any(|input| input.name == param.name);
        return (!ours.params.iter().any(taken)).then(|| (0..ours.params.len()).collect());
    };
    if stated.len() != ours.params.len() {
        return None;
    }
    let by_name: Vec<Option<usize>> = stated.iter().map(|param| named(param, &ours.params)).collect();
    // A word can set a kind of moving average, and no other parameter of ours.
    let is_word = |(stated, index): (&StatedParam, &Option<usize>)| {
        let ours = index.and_then(|index| ours.params.get(index));
        stated.kind == Some(ParamKind::Other) && ours.is_some_and(|ours| ours.kind != ParamKind::MovingAverage)
    };
    if stated.iter().zip(&by_name).any(is_word) {
        return None;
    }
    let distinct = by_name.iter().flatten().collect::<HashSet<_>>().len() == by_name.iter().flatten().count();
    if distinct && by_name.iter().all(Option::is_some) {
        return by_name.into_iter().collect();
    }
    // By number and kinds: in our order, but for names that say otherwise.
    let in_order = by_name.iter().enumerate().all(|(at, index)| index.is_none_or(|index| index == at));
    let alike = stated.iter().zip(ours.params.iter()).all(|(stated, ours)| is_alike(stated, ours));
    (in_order && alike).then(|| (0..stated.len()).collect())
}

fn named(stated: &StatedParam, params: &[Param]) -> Option<usize> {
    let names = || std::iter::once(&stated.name).chain(&stated.aliases).map(|name| plain(name));
    let is = |param: &Param, name: &str| {
        plain(&param.name) == name || param.aliases.iter().any(|alias| plain(alias) == name)
    };
    names().find_map(|name| {
        let exact = params.iter().position(|param| plain(&param.name) == name);
        exact.or_else(|| params.iter().position(|param| is(param, &name)))
    })
}

fn is_alike(stated: &StatedParam, ours: &Param) -> bool {
    match stated.kind {
        Some(ParamKind::Other) => ours.kind == ParamKind::MovingAverage,
        Some(kind) => kind == ours.kind,
        None => stated.default.is_none_or(|default| ours.kind == ParamKind::Real || default.fract() == 0.0),
    }
}

/// Our signature under the answer's names, with its defaults and bounds.
fn filled(form: &Form, ours: &Signature, mapping: &[usize], several: bool) -> Signature {
    let mut signature = ours.clone();
    signature.strict &= several;
    signature.variadic |= form.variadic;
    if let Some(inputs) = form.inputs.as_ref().filter(|inputs| inputs.len() == ours.inputs.len()) {
        let merge = |(stated, ours): (&Input, &Input)| Input {
            name: stated.name.clone(),
            aliases: stated.aliases.clone(),
            value: if stated.value == ValueType::Number { ours.value } else { stated.value },
            column: stated.column.or(ours.column),
            optional: stated.optional || ours.optional,
        };
        signature.inputs = inputs.iter().zip(ours.inputs.iter()).map(merge).collect();
    }
    let Some(stated) = &form.params else { return signature };
    if form.inputs.is_some() {
        signature.form = Evidence::Live;
    }
    let merge = |(stated, index): (&StatedParam, &usize)| {
        let ours = ours.params.get(*index)?;
        let mut param = stated.alone();
        param.kind = stated.kind.unwrap_or(ours.kind);
        // A word of which we don't know the number is not our default.
        if !stated.required && param.kind != ParamKind::Other {
            param.default = stated.default.or(ours.default);
        }
        param.min = stated.min.or(ours.min);
        param.max = stated.max.or(ours.max);
        // Our other names are guesses; where the answer says nothing against them, they do no harm.
        if stated.name == ours.name && stated.aliases.is_empty() {
            param.aliases = ours.aliases.clone();
        }
        Some(param)
    };
    signature.params = stated.iter().zip(mapping).filter_map(merge).collect();
    let names: Vec<&str> = stated.iter().map(|param| &*param.name).collect();
    let in_order = mapping.iter().enumerate().all(|(at, index)| at == *index);
    let rename = |formula: &Formula| renamed(formula, ours, &names, mapping, in_order);
    signature.lookback = ours.lookback.as_ref().and_then(rename);
    signature.settling = ours.settling.as_ref().and_then(|settling| {
        Some(match settling {
            Settling::Exponential(period) => Settling::Exponential(rename(period)?),
            Settling::Wilder(period) => Settling::Wilder(rename(period)?),
            Settling::Stages(bars) => Settling::Stages(rename(bars)?),
        })
    });
    if !in_order {
        let place =
            |param: usize| mapping.iter().position(|index| *index == param).and_then(|at| u8::try_from(at).ok());
        let placed = |param: &TalibParam| match param {
            TalibParam::Param(param) => place(usize::from(*param)).map(TalibParam::Param),
            fixed @ TalibParam::Fixed(_) => Some(*fixed),
        };
        signature.talib_params = match &*ours.talib_params {
            [] => (0..mapping.len()).filter_map(|param| place(param).map(TalibParam::Param)).collect(),
            params => params.iter().filter_map(placed).collect(),
        };
    }
    signature
}

/// A formula of ours under the answer's names and in its order. Where a name can't stand in a formula, ours stays, if the
/// order is the same.
fn renamed(formula: &Formula, ours: &Signature, names: &[&str], mapping: &[usize], in_order: bool) -> Option<Formula> {
    let stated = |name: &str| {
        let index = ours.params.iter().position(|param| param.name == name)?;
        names.get(mapping.iter().position(|mapped| *mapped == index)?).copied()
    };
    if in_order && ours.params.iter().zip(names).all(|(param, name)| param.name == *name) {
        return Some(formula.clone());
    }
    let mut text = String::with_capacity(formula.text().len() + 16);
    let mut rest = formula.text();
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
        let (before, word) = rest.split_at(start);
        let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        text.push_str(before);
        text.push_str(if after.trim_start().starts_with('(') { word } else { stated(word).unwrap_or(word) });
        rest = after;
    }
    text.push_str(rest);
    Formula::parse(&text, names).ok().or_else(|| in_order.then(|| formula.clone()))
}

fn is_same_formula(ours: &Formula, theirs: &Formula) -> bool {
    ours.ops == theirs.ops
}

/// The answer's outputs, with our other names for those that are ours; and whether they are ours, one by one and in our
/// order.
fn merged_outputs(stated: &[Output], ours: &[Output]) -> (Vec<Output>, bool) {
    let is = |output: &Output, name: &str| {
        plain(&output.name) == name || output.aliases.iter().any(|alias| plain(alias) == name)
    };
    let named: Vec<Option<usize>> =
        stated.iter().map(|stated| ours.iter().position(|output| is(output, &plain(&stated.name)))).collect();
    let in_order =
        stated.len() == ours.len() && named.iter().enumerate().all(|(at, index)| index.is_none_or(|index| index == at));
    let mut taken: HashSet<Text> = stated.iter().map(|output| output.name.clone()).collect();
    let merge = |(at, stated): (usize, &Output)| {
        let ours = if in_order { ours.get(at) } else { named[at].and_then(|index| ours.get(index)) };
        let Some(ours) = ours else { return stated.clone() };
        let names = std::iter::once(&ours.name).chain(ours.aliases.iter());
        let aliases = names.filter(|name| taken.insert((*name).clone())).cloned().collect();
        Output { name: stated.name.clone(), aliases, kind: ours.kind }
    };
    (stated.iter().enumerate().map(merge).collect(), in_order)
}

/// Whether two records tell the same way to call a name, whatever else they say.
fn is_same_call(one: &[Form], other: &[Form]) -> bool {
    one.len() == other.len()
        && one.iter().zip(other).all(|(a, b)| {
            let inputs = |form: &Form| {
                form.inputs.as_ref().map(|inputs| inputs.iter().map(|i| i.name.clone()).collect::<Vec<_>>())
            };
            let params = |form: &Form| {
                form.params
                    .as_ref()
                    .map(|params| params.iter().map(|p| (p.name.clone(), p.default)).collect::<Vec<_>>())
            };
            inputs(a) == inputs(b) && params(a) == params(b)
        })
}

fn part_names(form: &Form) -> impl Iterator<Item = &str> {
    let inputs = form.inputs.iter().flatten().map(|input| &*input.name);
    inputs.chain(form.params.iter().flatten().map(|param| &*param.name))
}
