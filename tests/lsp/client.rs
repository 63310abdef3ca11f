//! A client of the language server for tests: the real binary, messages in and out, no wait without an end.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::scratch::Scratch;

mod texts;

pub(crate) use texts::{applied, file_behind, under};

/// How long anything is waited for: a test machine may be slow, but a server that hangs is found.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A client, with the server in a process of its own.
pub(crate) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Notifications that nobody has waited for yet.
    waiting: VecDeque<Value>,
    next_id: i64,
    /// What the server answered to `initialize`.
    pub(crate) initialized: Value,
    /// Requests of the server, by their methods; they are answered as a client does that can do everything.
    pub(crate) asked: Vec<String>,
    /// What `workspace/configuration` is answered with.
    pub(crate) settings: Value,
    folder: std::path::PathBuf,
}

/// How a client introduces itself.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    capabilities: Value,
    options: Value,
}

impl Manner {
    /// A client that can do everything, counts in UTF-16 and is sent its findings.
    pub(crate) fn usual() -> Self {
        let refresh = json!({"refreshSupport": true});
        let capabilities = json!({
            "general": {"positionEncodings": ["utf-16"]},
            "textDocument": {
                "publishDiagnostics": {"relatedInformation": true, "tagSupport": {"valueSet": [1, 2]}, "versionSupport": true,
                    "codeDescriptionSupport": true, "dataSupport": true},
                "completion": {"completionItem": {"snippetSupport": true, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
            },
            "workspace": {"configuration": true, "workspaceFolders": true, "workspaceEdit": {"documentChanges": true},
                "codeLens": refresh, "inlayHint": refresh, "semanticTokens": refresh, "diagnostics": refresh},
            "experimental": {"commands": {"commands":
                ["signal.run", "signal.warmup", "signal.lastResult", "signal.explain", "signal.pullCatalog"]}},
        });
        Self { capabilities, options: Value::Null }
    }

    /// One that counts in bytes.
    pub(crate) fn utf8(self) -> Self {
        self.with("/general/positionEncodings", json!(["utf-8", "utf-16"]))
    }

    /// One that asks for its findings.
    pub(crate) fn pull(self) -> Self {
        self.with("/textDocument/diagnostic", json!({"dynamicRegistration": false}))
    }

    /// Whether it counts in bytes.
    pub(crate) fn is_utf8(&self) -> bool {
        self.capabilities["general"]["positionEncodings"][0] == "utf-8"
    }

    /// With another value at a path of its capabilities, whose last part may be new.
    pub(crate) fn with(mut self, path: &str, value: Value) -> Self {
        let (parent, name) = path.rsplit_once('/').unwrap();
        self.capabilities.pointer_mut(parent).unwrap()[name] = value;
        self
    }

    /// With `initializationOptions`.
    pub(crate) fn options(mut self, options: Value) -> Self {
        self.options = options;
        self
    }
}

impl Client {
    /// A client as most are, in the folder of `scratch`.
    pub(crate) fn start(scratch: &Scratch) -> Self {
        Self::with(scratch, Manner::usual())
    }

    /// A client of a certain manner.
    pub(crate) fn with(scratch: &Scratch, manner: Manner) -> Self {
        let mut client = Self::uninitialized(scratch);
        let params = json!({
            "processId": std::process::id(),
            "workspaceFolders": [{"uri": client.uri(""), "name": "scratch"}],
            "capabilities": manner.capabilities,
            "initializationOptions": manner.options,
        });
        client.initialized = client.request("initialize", params);
        client.notify("initialized", json!({}));
        client
    }

    /// A client that has not said a word.
    pub(crate) fn uninitialized(scratch: &Scratch) -> Self {
        Self::spawn(scratch, true)
    }

    /// One that has not said a word, and has closed the server's standard output.
    pub(crate) fn deaf(scratch: &Scratch) -> Self {
        Self::spawn(scratch, false)
    }

    fn spawn(scratch: &Scratch, listens: bool) -> Self {
        let mut child = scratch
            .command("lsp --stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            while listens && let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self {
            child,
            stdin: Some(stdin),
            messages,
            waiting: VecDeque::new(),
            next_id: 1,
            initialized: Value::Null,
            asked: Vec::new(),
            settings: Value::Null,
            folder: scratch.path(""),
        }
    }

    /// The URI of a file in the scratch folder.
    pub(crate) fn uri(&self, name: &str) -> String {
        let path = self.folder.join(name);
        format!("file://{}", path.to_str().unwrap().trim_end_matches('/'))
    }

    /// What the server says it can do.
    pub(crate) fn capabilities(&self) -> &Value {
        &self.initialized["capabilities"]
    }

    /// Opens a text; version 1.
    pub(crate) fn open(&mut self, name: &str, text: &str) {
        let language = if name.ends_with(".toml") { "toml" } else { "signal" };
        let item = json!({"uri": self.uri(name), "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": item}));
    }

    /// Replaces a text as a whole.
    pub(crate) fn change(&mut self, name: &str, version: i32, text: &str) {
        self.edit(name, version, json!([{"text": text}]));
    }

    /// Changes a text by `contentChanges`.
    pub(crate) fn edit(&mut self, name: &str, version: i32, changes: Value) {
        let params = json!({"textDocument": {"uri": self.uri(name), "version": version}, "contentChanges": changes});
        self.notify("textDocument/didChange", params);
    }

    /// Closes a text.
    pub(crate) fn close(&mut self, name: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": self.uri(name)}}));
    }

    /// Sends a notification.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&framed(&json!({"jsonrpc": "2.0", "method": method, "params": params})));
    }

    /// Sends a request and waits for its result.
    #[track_caller]
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(id).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Sends a request about a place in a text, line and character from 0.
    #[track_caller]
    pub(crate) fn request_at(&mut self, method: &str, name: &str, line: u32, character: u32) -> Value {
        let params =
            json!({"textDocument": {"uri": self.uri(name)}, "position": {"line": line, "character": character}});
        self.request(method, params)
    }

    /// Sends a request about a whole text.
    #[track_caller]
    pub(crate) fn request_of(&mut self, method: &str, name: &str) -> Value {
        let params = json!({"textDocument": {"uri": self.uri(name)}});
        self.request(method, params)
    }

    /// Sends a request and does not wait.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        let mut message = json!({"jsonrpc": "2.0", "id": id, "method": method});
        if !params.is_null() {
            message["params"] = params;
        }
        self.send(&framed(&message));
        id
    }

    /// Waits for the answer to a request: its result, or its error.
    #[track_caller]
    pub(crate) fn answer(&mut self, id: i64) -> Result<Value, Value> {
        let end = Instant::now() + PATIENCE;
        let is_it = |message: &Value| message["id"] == id && message.get("method").is_none();
        let come = self.waiting.iter().position(is_it).and_then(|at| self.waiting.remove(at));
        let mut message = come.unwrap_or_else(|| {
            loop {
                let message = self.receive(end).unwrap_or_else(|| panic!("no answer to request {id}"));
                if is_it(&message) {
                    return message;
                }
                self.waiting.push_back(message);
            }
        });
        if message["error"].is_null() { Ok(message["result"].take()) } else { Err(message["error"].take()) }
    }

    /// Waits until the server has made a request so many times.
    #[track_caller]
    pub(crate) fn is_asked(&mut self, method: &str, times: usize) {
        let end = Instant::now() + PATIENCE;
        while self.asked.iter().filter(|asked| *asked == method).count() < times {
            assert!(Instant::now() < end, "it did not ask {method}: {:?}", self.asked);
            let soon = Instant::now() + Duration::from_millis(10);
            let come = self.receive(soon);
            self.waiting.extend(come);
        }
    }

    /// Waits for the answer with an id of any kind, as it is.
    #[track_caller]
    pub(crate) fn answer_to(&mut self, id: &Value) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let message = self.receive(end).unwrap_or_else(|| panic!("no answer to request {id}"));
            if message["id"] == *id && message.get("method").is_none() {
                return message;
            }
            self.waiting.push_back(message);
        }
    }

    /// Waits for the answer to what has no id that anybody could read.
    #[track_caller]
    pub(crate) fn answer_without_id(&mut self) -> Value {
        self.answer_to(&Value::Null)
    }

    /// Waits for a notification; returns its `params`. Those of other methods wait on.
    #[track_caller]
    pub(crate) fn notification(&mut self, method: &str) -> Value {
        self.notification_where(method, |_| true)
    }

    /// Waits for a notification that is as it should be; those of the method that are not are let go.
    #[track_caller]
    pub(crate) fn notification_where(&mut self, method: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut at = 0;
        loop {
            if at == self.waiting.len() {
                let message = self.receive(end).unwrap_or_else(|| panic!("no {method} came"));
                self.waiting.push_back(message);
            }
            if self.waiting[at]["method"] == method {
                let mut message = self.waiting.remove(at).unwrap();
                if is_it(&message["params"]) {
                    return message["params"].take();
                }
            } else {
                at += 1;
            }
        }
    }

    /// Waits for the findings of a version of a text.
    #[track_caller]
    pub(crate) fn diagnostics_of(&mut self, name: &str, version: i32) -> Vec<Value> {
        let uri = self.uri(name);
        let is_it = |params: &Value| params["uri"] == *uri && params["version"] == version;
        let mut params = self.notification_where("textDocument/publishDiagnostics", is_it);
        serde_json::from_value(params["diagnostics"].take()).unwrap()
    }

    /// Everything of a method that came so far and within a while.
    pub(crate) fn all_within(&mut self, method: &str, wait: Duration) -> Vec<Value> {
        let end = Instant::now() + wait;
        while let Some(message) = self.receive(end) {
            self.waiting.push_back(message);
        }
        let (mut of_method, others): (Vec<Value>, VecDeque<Value>) = (Vec::new(), VecDeque::new());
        self.waiting = self.waiting.drain(..).fold(others, |mut others, mut message| {
            if message["method"] == method {
                of_method.push(message["params"].take())
            } else {
                others.push_back(message)
            }
            others
        });
        of_method
    }

    /// Sends bytes as they are, in one write.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("stdin is open");
        stdin.write_all(bytes).unwrap();
        stdin.flush().unwrap();
    }

    /// Closes the server's standard input.
    pub(crate) fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the end of the process; the exit code.
    #[track_caller]
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the server goes on");
    }

    /// The next message that is not a request of the server: those are answered.
    fn receive(&mut self, end: Instant) -> Option<Value> {
        loop {
            let message = match self.messages.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            };
            let (Some(method), Some(id)) = (message["method"].as_str(), message.get("id")) else {
                return Some(message);
            };
            self.asked.push(method.to_owned());
            let result = if method == "workspace/configuration" { json!([self.settings]) } else { Value::Null };
            let answer = framed(&json!({"jsonrpc": "2.0", "id": id, "result": result}));
            if let Some(stdin) = &mut self.stdin {
                // The server may have ended meanwhile.
                let _ = stdin.write_all(&answer);
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A message as it stands on the wire.
pub(crate) fn framed(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The next message; `None` at the end. What is no message would be a stray line on stdout.
fn read(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse::<usize>().ok(),
            Some(_) => {}
            None if line == "\r\n" => break,
            None => panic!("stdout holds {line:?}, which is no message"),
        }
    }
    let mut body = vec![0; length?];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}
