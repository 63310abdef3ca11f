;;; signal-mode.el --- Trading scripts of the Signal DSL  -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "29.1"))
;; Keywords: languages

;;; Commentary:

;; Colours for `*.signal' files, commands that run `dsl', and its language server by way of Eglot:
;;
;;   (add-to-list 'load-path "~/src/signal-dsl/editors/emacs")
;;   (require 'signal-mode)
;;   (add-hook 'signal-mode-hook #'eglot-ensure)
;;   (add-hook 'signal-toml-mode-hook #'eglot-ensure)
;;
;; Where the tree-sitter grammar is installed (see `signal-install-grammar'), `signal-ts-mode' colours by it.

;;; Code:

(require 'compile)

(defgroup signal nil
  "Trading scripts of the Signal DSL."
  :group 'languages)

(defcustom signal-dsl "dsl"
  "The command `dsl', or its path."
  :type 'string)

(defcustom signal-target 'sandbox
  "Where `signal-run' goes: the sandbox, or the service, which spends quota."
  :type '(choice (const sandbox) (const remote)))

(defcustom signal-settings nil
  "What the server is told, as a property list.
For example (:inlayHints (:warmup :json-false :parameterNames \"all\"))."
  :type 'plist)

;;; Colours

(defvar signal-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?# "<" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?_ "_" table)
    (dolist (sign '(?+ ?- ?* ?/ ?% ?= ?< ?> ?& ?| ?~))
      (modify-syntax-entry sign "." table))
    table))

;; No names of the catalog: those are coloured by the server's knowledge, and a list here would grow old.
(defconst signal-font-lock-keywords
  `(("^#!\\s-*\\(\\(?:\\sw\\|\\s_\\)+\\)" 1 'font-lock-property-name-face t)
    (,(regexp-opt '("and" "or" "not" "if" "else") 'symbols) . 'font-lock-keyword-face)
    (,(regexp-opt '("True" "False" "None" "true" "false") 'symbols) . 'font-lock-constant-face)
    ("^\\s-*\\(\\(?:\\sw\\|\\s_\\)+\\)\\s-*=[^=]" 1 'font-lock-variable-name-face)
    ("\\_<\\(\\(?:\\sw\\|\\s_\\)+\\)\\s-*(" 1 'font-lock-function-call-face)
    ("\\_<[0-9][0-9_]*\\(?:\\.[0-9_]*\\)?\\(?:[eE][+-]?[0-9]+\\)?\\_>" . 'font-lock-number-face)))

(defun signal--settings-of-a-buffer ()
  "What both modes share."
  (setq-local comment-start "# "
              comment-start-skip "#+!?\\s-*"
              comment-end ""
              indent-tabs-mode nil
              tab-width 4
              compile-command (format "%s check --output-format concise %s" signal-dsl
                                      (if buffer-file-name
                                          (shell-quote-argument (file-name-nondirectory buffer-file-name))
                                        "."))))

;;;###autoload
(define-derived-mode signal-mode prog-mode "Signal"
  "Trading scripts of the Signal DSL."
  (setq-local font-lock-defaults '(signal-font-lock-keywords))
  (signal--settings-of-a-buffer))

(declare-function treesit-ready-p "treesit")
(declare-function treesit-parser-create "treesit")
(declare-function treesit-font-lock-rules "treesit")
(declare-function treesit-major-mode-setup "treesit")
(defvar treesit-font-lock-settings)
(defvar treesit-font-lock-feature-list)
(defvar treesit-language-source-alist)

;; A child of `signal-mode', so that what hangs on that mode's hook, such as the language server, is there in both.
;;;###autoload
(define-derived-mode signal-ts-mode signal-mode "Signal"
  "Trading scripts of the Signal DSL, coloured by tree-sitter."
  (when (treesit-ready-p 'signal)
    (treesit-parser-create 'signal)
    (setq-local treesit-font-lock-feature-list '((comment directive) (keyword string) (number constant call) (operator))
                treesit-font-lock-settings
                (treesit-font-lock-rules
                 :language 'signal :feature 'comment '((comment) @font-lock-comment-face)
                 :language 'signal :feature 'directive
                 '("#!" @font-lock-preprocessor-face
                   (directive_key) @font-lock-property-name-face
                   (directive_value) @font-lock-string-face)
                 :language 'signal :feature 'keyword '(["and" "or" "not" "if" "else"] @font-lock-keyword-face)
                 :language 'signal :feature 'string '((string) @font-lock-string-face)
                 :language 'signal :feature 'number '((number) @font-lock-number-face)
                 :language 'signal :feature 'constant '([(true) (false) (none)] @font-lock-constant-face)
                 :language 'signal :feature 'call '((call function: (identifier) @font-lock-function-call-face))
                 :language 'signal :feature 'operator
                 '(["=" "<" "<=" ">" ">=" "==" "!=" "+" "-" "*" "/" "//" "%" "**"] @font-lock-operator-face)))
    (treesit-major-mode-setup)))

(defun signal-install-grammar (checkout)
  "Build the tree-sitter grammar of the Signal DSL in CHECKOUT, and install it."
  (interactive "DCheckout of the Signal DSL: ")
  (require 'treesit)
  (let ((treesit-language-source-alist
         `((signal ,(expand-file-name "." checkout) nil "grammar/tree-sitter-signal/src"))))
    (treesit-install-language-grammar 'signal)))

;;;###autoload
(define-derived-mode signal-toml-mode conf-toml-mode "Signal settings"
  "The settings beside the scripts, `signal.toml': other TOML files are left alone.")

;;;###autoload
(progn
  (add-to-list 'auto-mode-alist '("\\.signal\\'" . signal-mode))
  (add-to-list 'auto-mode-alist '("/signal\\.toml\\'" . signal-toml-mode)))

;; What `dsl check --output-format concise' prints, for `compile'.
(add-to-list 'compilation-error-regexp-alist-alist
             '(signal "^\\([^:\n]+\\):\\([0-9]+\\):\\([0-9]+\\): \\(?:error\\|\\(warning\\)\\|\\(info\\|hint\\)\\)\\[" 1 2 3 (4 . 5)))
(add-to-list 'compilation-error-regexp-alist 'signal)

;;; The language server

(defvar eglot-server-programs)
(defvar eglot-workspace-configuration)

(defun signal--server (&rest _)
  "The command of the language server, for Eglot."
  (append (list signal-dsl "lsp")
          (and signal-settings (list :initializationOptions signal-settings))))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '(((signal-mode :language-id "signal") (signal-ts-mode :language-id "signal") (signal-toml-mode :language-id "toml")) . signal--server)))

;;; Commands

(defun signal--run (&rest arguments)
  "Run `dsl' with ARGUMENTS on this script, in a buffer of its own."
  (unless buffer-file-name
    (user-error "This script has no name yet: save it first"))
  (save-buffer)
  (compile (mapconcat #'shell-quote-argument
                      (append (list signal-dsl) arguments (list (file-name-nondirectory buffer-file-name)))
                      " ")))

(defun signal-run (remote)
  "Backtest this script, by `signal-target'; with a prefix argument REMOTE, at the service."
  (interactive "P")
  (if (or remote (eq signal-target 'remote))
      (signal--run "run")
    (signal--run "run" "--sandbox")))

(defun signal-warmup ()
  "Show how many bars each name of this script needs."
  (interactive)
  (signal--run "warmup"))

(defun signal-explain (rule)
  "Explain RULE: what it finds, why, and the cure."
  (interactive (list (read-string "Rule: ")))
  (with-help-window "*Signal rule*"
    (call-process signal-dsl nil standard-output nil "explain" rule "--color" "never")))

(provide 'signal-mode)
;;; signal-mode.el ends here
