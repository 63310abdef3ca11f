//! The page itself: looked at in Chromium, and by a validator of HTML.

use serde_json::json;

use super::{RUNS, SCRIPT, kept, ran, read};
use crate::chromium::Browser;
use crate::formats::{node, validators};

/// The lowest contrast between a text and what lies behind it, with the text.
const CONTRAST: &str = "(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgb = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => {
        const [x, y, z] = [r, g, b].map((v) => ((v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    let worst = [99, ''];
    for (const element of document.body.querySelectorAll('*')) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        const box = element.getBoundingClientRect();
        if (!own || !box.width || element.closest('script, style') || element.disabled) continue;
        const style = getComputedStyle(element);
        const text = rgb(element instanceof SVGElement ? style.fill : style.color);
        let behind = element;
        let ground = [0, 0, 0, 0];
        while (behind && ground[3] === 0) {
            ground = rgb(getComputedStyle(behind).backgroundColor);
            behind = behind.parentElement;
        }
        if (ground[3] === 0) ground = rgb('white');
        const [a, b] = [light(text), light(ground)].sort((one, other) => other - one);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < worst[0]) worst = [ratio, element.className + ': ' + element.textContent.slice(0, 40)];
    }
    return worst;
})()";

/// The cells of the trades' table, row by row.
const TRADES: &str =
    "[...document.querySelectorAll('#trades tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))";

#[test]
fn a_browser_shows_the_page_and_its_script_works() {
    let (scratch, document) = ran();
    scratch.dsl("runs report latest -o page.html").check(0, &[], &[]);
    let Some(mut browser) = Browser::start() else { return };
    let page = scratch.path("page.html");

    // Without a script everything is there to be read.
    browser.allow_scripts(false);
    browser.open(&page, 1440, "light");
    let plain = browser.value(TRADES);
    let total = document["metrics"]["num_trades"].as_u64().unwrap();
    assert!((101..1000).contains(&total), "enough for two pages: {total}");
    assert_eq!(plain.as_array().unwrap().len() as u64, total.min(200));
    assert_eq!(
        browser.value("document.querySelectorAll('button:not([hidden]), select').length"),
        0,
        "no button that does nothing"
    );
    assert!(
        browser.value("document.querySelector('#chart .curve').getBoundingClientRect().width").as_f64().unwrap()
            > 500.0
    );

    // With it the first page shows the same, then what is asked for.
    browser.allow_scripts(true);
    browser.open(&page, 1440, "light");
    let first = browser.value(TRADES);
    assert_eq!(first.as_array().unwrap()[..], plain.as_array().unwrap()[..100]);
    let next =
        "[...document.querySelectorAll('#trade-tools button')].find((button) => button.textContent === 'Next').click()";
    browser.value(next);
    assert_eq!(
        browser.value("document.querySelector('.pages span').textContent"),
        format!("101–{} of {total}", total.min(200))
    );

    // Sorted by its head, with the keyboard.
    let head = "[...document.querySelectorAll('#trades th')].find((head) => head.textContent === 'Profit')";
    browser.value(&format!("{head}.querySelector('button').focus()"));
    for (order, sign) in [("descending", -1.0), ("ascending", 1.0)] {
        browser.press("Enter", 13);
        assert_eq!(browser.value(&format!("{head}.getAttribute('aria-sort')")), order);
        let column = browser.value(&format!("{head}.cellIndex")).as_u64().unwrap() as usize;
        let shown = browser.value(TRADES);
        let profits: Vec<f64> = shown
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[column].as_str().unwrap().replace(',', "").parse::<f64>().unwrap() * sign)
            .collect();
        assert!(profits.len() == 100 && profits.is_sorted(), "{order}: {profits:?}");
    }

    // Filtered by ticker.
    let filter = "(() => { const select = document.querySelector('#trade-tools select'); select.selectedIndex = 2; \
                  select.dispatchEvent(new Event('change')); return select.value })()";
    let ticker = browser.value(filter);
    let shown = browser.value(TRADES);
    assert!(!shown.as_array().unwrap().is_empty());
    assert!(shown.as_array().unwrap().iter().all(|row| row[0] == ticker), "{ticker}");

    // The tickers' table is sorted in place.
    let ticker_head = "document.querySelectorAll('#tickers th button')[1]";
    browser.value(&format!("{ticker_head}.click()"));
    let values = "[...document.querySelectorAll('#tickers tbody tr')].map((row) => Number(row.cells[1].dataset.sort))";
    let values: Vec<f64> = serde_json::from_value(browser.value(values)).unwrap();
    assert!(values.len() == 2 && values[0] >= values[1], "{values:?}");

    // The chart by keyboard: from the last point to the first.
    let told = "document.querySelector('.readout').textContent";
    assert!(browser.value(told).as_str().unwrap().starts_with("2024-02-29"));
    browser.value("document.querySelector('.plots').focus()");
    browser.press("Home", 36);
    assert!(browser.value(told).as_str().unwrap().starts_with("2022-06-01"));
    browser.value("document.querySelectorAll('.scales button')[1].click()");
    assert_eq!(browser.value("document.querySelector('.plot:not([hidden])').dataset.scale"), "log");

    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn the_page_fits_every_width_and_is_legible_in_light_and_dark() {
    let (scratch, _) = ran();
    scratch.dsl("runs report latest -o page.html").check(0, &[], &[]);
    let Some(mut browser) = Browser::start() else { return };
    for scheme in ["light", "dark"] {
        for width in [390, 820, 1440] {
            browser.open(&scratch.path("page.html"), width, scheme);
            let wide = browser.value("document.documentElement.scrollWidth");
            assert_eq!(wide, width, "{scheme}: nothing sticks out to the side");
            let worst = browser.value(CONTRAST);
            assert!(worst[0].as_f64().unwrap() >= 4.5, "{scheme}, {width}: {worst}");
        }
        // The button turns it around.
        browser.value("document.querySelector('#tools button').click()");
        let worst = browser.value(CONTRAST);
        assert!(worst[0].as_f64().unwrap() >= 4.5, "not {scheme}: {worst}");
        let turned = if scheme == "light" { "dark" } else { "light" };
        assert_eq!(browser.value("document.documentElement.dataset.theme"), turned);
    }
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn text_that_tries_to_be_a_script_stays_text_in_a_browser() {
    let (scratch, document) = ran();
    let run = document["run"].as_str().unwrap();
    let hostile = "</script><script>window.owned=1</script><img src=x onerror=owned=1>\u{2028}\u{202e}'\"&<!--";
    let mut result = kept(&scratch, "result.json");
    for trade in result["trades"].as_array_mut().unwrap() {
        trade["ticker"] = json!(hostile);
        trade["reason"] = json!(hostile);
        trade["entry_time"] = json!(hostile);
    }
    result["analysis"]["analysis"] = json!(format!("# {hostile}\n- **{hostile}**\n[x](javascript:owned=1)"));
    result["per_ticker"]["tickers"][0]["ticker"] = json!(hostile);
    result["summary"]["metrics"][hostile] = json!(1.5);
    result["lacking"] = json!([{"part": hostile, "message": hostile}]);
    let mut record = kept(&scratch, "run.json");
    record["file"] = json!(hostile);
    record["settings"]["description"] = json!(hostile);
    record["settings"]["origin"]["description"] = json!(hostile);
    scratch.write(&format!("{RUNS}/{run}/result.json"), result.to_string());
    scratch.write(&format!("{RUNS}/{run}/run.json"), record.to_string());
    scratch.write(&format!("{RUNS}/{run}/script.signal"), format!("# {hostile}\n{SCRIPT}"));
    scratch.dsl("runs report latest -o page.html").check(0, &[], &[]);
    let Some(mut browser) = Browser::start() else { return };
    for width in [390, 1440] {
        browser.open(&scratch.path("page.html"), width, "light");
        assert_eq!(
            browser.value("[typeof window.owned, document.images.length, document.scripts.length]"),
            json!(["undefined", 0, 2])
        );
        assert_eq!(browser.value("document.documentElement.scrollWidth"), width, "nor does it push the page apart");
        let cell = browser.value("document.querySelector('#trades td').textContent");
        assert!(cell.as_str().unwrap().starts_with("</script><script>"), "{cell}");
    }
    assert_eq!(browser.complaints, Vec::<String>::new());
}

#[test]
fn html_validate_has_nothing_against_our_page() {
    let Some(folder) = validators("html_validate_has_nothing_against_our_page") else { return };
    let (scratch, _) = ran();
    scratch.dsl("runs report latest -o page.html").check(0, &[], &[]);
    let tool = folder.join("node_modules/html-validate/bin/html-validate.mjs");
    let check = |name: &str, page: &str, spoilt: bool| {
        scratch.write("checked.html", page);
        let said = node(&[tool.to_str().unwrap(), scratch.path("checked.html").to_str().unwrap()]);
        assert_eq!(!said.trim().is_empty(), spoilt, "{name}: {said}");
    };
    let page = read(&scratch, "page.html");
    check("the page", &page, false);
    check("a spoilt one", &page.replacen("<main id=\"main\">", "<main id=\"data\">", 1), true);
}
