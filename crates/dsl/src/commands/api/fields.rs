//! Fields of a call: `name=value`, `name[inner]=value`, `name[]=value`, put together into one JSON object.

use serde_json::{Map, Value};

/// Adds a field to an object. `a[b]` goes into the object `a`, `a[]` to the end of the list `a`.
///
/// # Errors
/// A name that is malformed, or that contradicts an earlier one; in words.
pub(super) fn add(object: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), String> {
    let malformed = || format!("`{name}` is no name of a field; write `name`, `name[inner]` or `name[]`");
    let (first, mut rest) = name.find('[').map_or((name, ""), |at| name.split_at(at));
    if first.is_empty() {
        return Err(malformed());
    }
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).ok_or_else(malformed)?;
        steps.push(step);
        rest = after;
    }
    let clash = || format!("`{name}` contradicts an earlier field of that name");
    let repeated = || format!("`{name}` is given twice; a list is written `{name}[]`");
    // A value is put where the path ends; on the way there objects and lists come into being.
    let Some((last, ways)) = steps.split_last() else {
        return if object.contains_key(first) { Err(repeated()) } else { put(object, first, value) };
    };
    let empty = |step: &str| if step.is_empty() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    let kind = |at: usize| steps.get(at).map_or(Value::Null, |step| empty(step));
    let mut place = object.entry(first).or_insert_with(|| kind(0));
    for (at, step) in ways.iter().enumerate() {
        place = match place {
            Value::Object(inner) if !step.is_empty() => inner.entry(*step).or_insert_with(|| kind(at + 1)),
            // `a[][b]=1 a[][c]=2` speaks of one element, as in web forms, until a name comes again.
            Value::Array(items) if step.is_empty() => {
                let next = steps.get(at + 1).copied().unwrap_or_default();
                let same = items.last().is_some_and(|item| item.as_object().is_some_and(|o| !o.contains_key(next)));
                if !same {
                    items.push(kind(at + 1));
                }
                items.last_mut().ok_or_else(clash)?
            }
            _ => return Err(clash()),
        };
    }
    match place {
        Value::Object(inner) if !last.is_empty() && inner.contains_key(*last) => Err(repeated()),
        Value::Object(inner) if !last.is_empty() => put(inner, last, value),
        Value::Array(items) if last.is_empty() => {
            items.push(value);
            Ok(())
        }
        _ => Err(clash()),
    }
}

fn put(object: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), String> {
    object.insert(name.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fields: &[(&str, Value)], expected: Result<&str, &str>) {
        let mut object = Map::new();
        let added = fields.iter().try_for_each(|(name, value)| add(&mut object, name, value.clone()));
        match expected {
            Ok(json) => assert_eq!((added, Value::Object(object).to_string()), (Ok(()), json.to_owned())),
            Err(part) => assert!(added.as_ref().is_err_and(|words| words.contains(part)), "{added:?}"),
        }
    }

    #[test]
    fn names_nest_as_they_are_written() {
        let text = |text: &str| Value::from(text);
        check(&[("amount", text("0.010")), ("leverage", Value::from(2))], Ok(r#"{"amount":"0.010","leverage":2}"#));
        check(&[("u[]", text("a")), ("u[]", text("b"))], Ok(r#"{"u":["a","b"]}"#));
        check(&[("a[b]", text("1")), ("a[c][d]", text("2"))], Ok(r#"{"a":{"b":"1","c":{"d":"2"}}}"#));
        check(
            &[("a[][b]", text("1")), ("a[][c]", text("2")), ("a[][b]", text("3"))],
            Ok(r#"{"a":[{"b":"1","c":"2"},{"b":"3"}]}"#),
        );
    }

    #[test]
    fn names_that_contradict_each_other_are_refused() {
        let one = || Value::from(1);
        check(&[("a", one()), ("a", one())], Err("given twice"));
        check(&[("a[b]", one()), ("a[b]", one())], Err("given twice"));
        check(&[("a", one()), ("a[b]", one())], Err("contradicts"));
        check(&[("a[]", one()), ("a[b]", one())], Err("contradicts"));
        for name in ["", "[a]", "a[b", "a]b[", "a[b]c"] {
            check(&[(name, one())], Err("no name"));
        }
    }
}
