//! `dsl docs`: the service's documentation in the terminal, kept for when there is no network.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signal_api::endpoints::{ENDPOINTS, Group};
use signal_api::models::{DocsEntry, DocsPage};
use signal_api::{ApiError, Class, Client, sanitize_lines};
use signal_text::closest;

use crate::args::DocsArguments;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::output::Console;
use crate::render::table::{Align, table};
use crate::render::{markdown, number, visible, width};
use crate::run::{self as runs, LocalSandbox};
use crate::today::today;
use crate::{folders, service};

/// A page that was fetched less than so many seconds ago is shown without asking: pages change rarely.
const FRESH: i64 = 24 * 3600;

/// How long a server is waited for where a page is kept.
const WAIT: Duration = Duration::from_secs(5);

/// The name under which the list of pages is kept; no page can have it.
const LIST: &str = ".list";

/// Runs the command.
pub(crate) fn run(arguments: &DocsArguments, console: &mut Console) -> Result<Exit, Failure> {
    if arguments.sandbox {
        let shown = runs::block_on(async {
            let local = LocalSandbox::start(None, today()).await?;
            let shelf = Shelf { url: local.client.base_url().to_owned(), client: local.client.clone(), folder: None };
            let shown = shelf.show(arguments, console).await;
            local.shutdown().await;
            shown
        });
        return shown.map_err(|error| no_threads(&error))?;
    }
    let url = service::address()?;
    // The pages are public: the key stays here.
    let client = service::client_with(&url, None)?;
    let folder = folders::cache().map(|folder| folder.join("docs").join(file_name(&url)));
    let shelf = Shelf { url, client, folder };
    runs::block_on(shelf.show(arguments, console)).map_err(|error| no_threads(&error))?
}

fn no_threads(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Network, "runtime", format!("the system grants no threads: {error}"))
}

/// Where pages come from: a server, and what is kept of it.
struct Shelf {
    url: String,
    client: Client,
    /// Where its pages are kept; `None`: nowhere.
    folder: Option<PathBuf>,
}

/// A page as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    /// Base URL of the server that it is from.
    url: String,
    /// When it was fetched, or known not to have changed since, RFC 3339.
    fetched_at: String,
    /// What the server knows this version by.
    etag: Option<String>,
    /// A page as Markdown; the list as JSON.
    text: String,
}

impl Kept {
    /// Seconds since it was fetched. A time that can't be read is long ago.
    fn age(&self) -> i64 {
        let fetched = self.fetched_at.parse().map_or(0, Timestamp::as_second);
        Timestamp::now().as_second() - fetched
    }

    /// Whether it need not be asked for anew. One from the future has a wrong clock behind it.
    fn is_fresh(&self) -> bool {
        (0..FRESH).contains(&self.age())
    }
}

impl Shelf {
    async fn show(&self, arguments: &DocsArguments, console: &mut Console) -> Result<Exit, Failure> {
        let Some(topic) = &arguments.topic else {
            let pages = self.list(arguments.refresh, console).await;
            console.result(&listed(&pages, arguments.raw, console.color));
            return Ok(Exit::Done);
        };
        let id = topic.trim_matches('/').to_lowercase();
        let page = self.page(&id, topic, arguments.refresh, console).await?;
        let text = if arguments.raw { raw(&page.text) } else { markdown::render(&page.text, width(), console.color) };
        console.result(&text);
        Ok(Exit::Done)
    }

    /// A page: a fresh one that is kept, or what the server says, or an older one where it says nothing.
    async fn page(&self, id: &str, topic: &str, refresh: bool, console: &mut Console) -> Result<Kept, Failure> {
        let kept = match Some(id).filter(|id| is_name(id)).and_then(|id| self.kept(id)) {
            Some(kept) if !refresh && kept.is_fresh() => {
                console.detail(&format!("kept since {} ago; --refresh asks anew", number::span(kept.age())));
                return Ok(kept);
            }
            kept => kept,
        };
        if !is_name(id) || !known(id) {
            // What the documentation does not name may still be there.
            let pages = self.list(refresh, console).await;
            if !is_name(id) || !pages.iter().any(|page| page.id == id) {
                return Err(unknown(topic, &pages));
            }
        }
        let etag = kept.as_ref().and_then(|kept| kept.etag.as_deref());
        let asked = self.client.docs_page(id, etag);
        let answered = if kept.is_some() && !refresh {
            // Whoever has a page need not wait long to hear that there is no network.
            let late = |_| Err(ApiError::NoAnswer { host: self.url.clone(), reason: "it takes too long".to_owned() });
            tokio::time::timeout(WAIT, asked).await.unwrap_or_else(late)
        } else {
            asked.await
        };
        match answered {
            Ok(DocsPage::Page { markdown, etag }) => Ok(self.keep(id, markdown, etag, console)),
            Ok(DocsPage::NotModified) => match kept {
                Some(kept) => Ok(self.keep(id, kept.text, kept.etag, console)),
                None => Err(Failure::new(Exit::Network, "unreadable-answer", "the server sent no page")),
            },
            Err(error) => self.instead(kept, &error, refresh, console),
        }
    }

    /// An older page where the server can't be had; where it was asked for anew, that is a failure.
    fn instead(
        &self,
        kept: Option<Kept>,
        error: &ApiError,
        refresh: bool,
        console: &mut Console,
    ) -> Result<Kept, Failure> {
        let failure = runs::failure_of(error);
        match kept {
            Some(kept) if !refresh && matches!(error.class(), Class::Server | Class::Quota) => {
                console.talk(&format!("note: {}", visible::line(&failure.message)));
                console.talk(&format!("note: this page was fetched {} ago", number::span(kept.age())));
                Ok(kept)
            }
            Some(kept) if refresh => Err(failure.suggest(format!(
                "without --refresh the page that was fetched {} ago is shown",
                number::span(kept.age())
            ))),
            _ if matches!(error.class(), Class::Server) => {
                Err(failure
                    .suggest("check the network; `dsl docs --sandbox` shows the sandbox's own pages without one"))
            }
            _ => Err(failure),
        }
    }

    /// The pages that there are: as the server lists them, or listed them, or as its published text does.
    async fn list(&self, refresh: bool, console: &mut Console) -> Vec<DocsEntry> {
        let kept = self.kept(LIST);
        let read = |kept: &Kept| serde_json::from_str::<Vec<DocsEntry>>(&kept.text).ok();
        if let Some(pages) = kept.as_ref().filter(|kept| !refresh && kept.is_fresh()).and_then(read) {
            return pages;
        }
        match self.client.docs().await {
            Ok(answer) if !answer.data.documents.is_empty() => {
                let pages = answer.data.documents;
                if let Ok(text) = serde_json::to_string(&pages) {
                    self.keep(LIST, text, None, console);
                }
                pages
            }
            Ok(_) => {
                console.talk("note: the server lists no page; these are those that its published text names");
                documented()
            }
            Err(error) => {
                console.talk(&format!("note: {}", visible::line(&runs::failure_of(&error).message)));
                if let Some(pages) = kept.as_ref().and_then(read) {
                    return pages;
                }
                console.talk("note: these are the pages that the service's published text names");
                documented()
            }
        }
    }

    /// Where a page is kept; `None` for what can't be a page's name.
    fn file(&self, id: &str) -> Option<PathBuf> {
        let folder = self.folder.as_ref().filter(|_| id == LIST || is_name(id))?;
        Some(folder.join(format!("{id}.json")))
    }

    /// A page that is kept of this server; one that can't be read is as good as none.
    fn kept(&self, id: &str) -> Option<Kept> {
        let text = std::fs::read(self.file(id)?).ok()?;
        serde_json::from_slice::<Kept>(&text).ok().filter(|kept| kept.url == self.url)
    }

    /// Keeps a page; where that fails, it is shown all the same.
    fn keep(&self, id: &str, text: String, etag: Option<String>, console: &mut Console) -> Kept {
        let kept = Kept { url: self.url.clone(), fetched_at: now(), etag, text };
        if let (Some(file), Ok(bytes)) = (self.file(id), serde_json::to_vec(&kept))
            && let Err(error) = files::write(&file, &bytes, Readers::Anyone)
        {
            console.detail(&format!("the page can't be kept in {}: {error}", file.display()));
        }
        kept
    }
}

/// This second: not the next one, which would lie in the future.
fn now() -> String {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// A base URL as the name of a folder.
fn file_name(url: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '.') { c } else { '_' };
    url.chars().map(plain).take(120).collect()
}

/// Whether a text can be a page's name, and so a file's.
fn is_name(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=64).contains(&id.len()) && id.chars().all(plain)
}

/// The pages that the published text of the API names.
fn documented() -> Vec<DocsEntry> {
    let pages = ENDPOINTS.iter().filter(|endpoint| endpoint.group == Group::Docs);
    pages
        .filter_map(|endpoint| {
            let id = endpoint.path.strip_prefix("/docs/")?;
            Some(DocsEntry { id: id.to_owned(), description: endpoint.purpose.to_owned() })
        })
        .collect()
}

fn known(id: &str) -> bool {
    documented().iter().any(|page| page.id == id)
}

fn unknown(topic: &str, pages: &[DocsEntry]) -> Failure {
    let failure = Failure::new(Exit::NotFound, "unknown-topic", format!("there is no page `{}`", visible::line(topic)));
    let names: Vec<&str> = pages.iter().map(|page| page.id.as_str()).collect();
    failure.suggest(match closest(topic, names.iter().copied()) {
        Some(near) => format!("did you mean `dsl docs {}`?", visible::line(near)),
        None => format!("`dsl docs` lists them: {}", visible::line(&names.join(", "))),
    })
}

/// A text as it came, but for what a terminal obeys.
fn raw(text: &str) -> String {
    let mut text = sanitize_lines(text);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn listed(pages: &[DocsEntry], raw: bool, color: bool) -> String {
    if raw {
        return pages.iter().map(|page| format!("{}\n", visible::line(&page.id))).collect();
    }
    let rows: Vec<_> = pages.iter().map(|page| vec![page.id.clone(), page.description.clone()]).collect();
    table(&[("page", Align::Left), ("what it tells", Align::Left)], &rows, width(), color)
}
