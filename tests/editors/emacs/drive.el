;;; drive.el --- What somebody does with a script in Emacs  -*- lexical-binding: t; -*-

;;; Commentary:

;; Each test opens a script in a buffer of its own, with the server attached by `eglot-ensure' as the README says.

;;; Code:

(require 'cl-lib)
(require 'seq)
(require 'subr-x)
(require 'signal-mode)
(require 'eglot)
(require 'flymake)
(require 'imenu)
(require 'xref)

(setq make-backup-files nil
      create-lockfiles nil
      eglot-sync-connect 20
      eglot-confirm-server-edits nil
      eglot-events-buffer-config '(:size 0)
      eglot-autoshutdown t
      compilation-ask-about-save nil
      xref-prompt-for-identifier nil)

(defvar drive-ran 0)
(defvar drive-failed 0)
(defvar drive-patience (string-to-number (or (getenv "SIGNAL_PATIENCE") "20")))

(defconst drive-trend "slow = ema(close, 200)
up = close > slow
emit_signal(up, entry(\"BINANCE:BTC/USDT\", \"LONG\", Weight(0.5)))
")

(defun drive-wait (what holds)
  "Wait until the function HOLDS returns something, and return that; WHAT says what it is."
  (let ((end (+ (float-time) drive-patience)) value)
    (while (and (not (setq value (funcall holds))) (< (float-time) end))
      (accept-process-output nil 0.02))
    (or value (error "Waited in vain: %s" what))))

(defun drive-text-is (text)
  "Wait until the buffer holds TEXT."
  (condition-case nil
      (drive-wait "the text" (lambda () (equal (buffer-string) text)))
    (error (error "The text is\n%s" (buffer-string)))))

(defun drive-findings ()
  "The findings of this buffer, as (LINE . TEXT)."
  ;; Flymake looks when Emacs is idle, which it never is without a keyboard.
  (flymake-start)
  (mapcar (lambda (found) (cons (line-number-at-pos (flymake-diagnostic-beg found)) (flymake-diagnostic-text found)))
          (flymake-diagnostics)))

(defmacro check (name file text &rest body)
  "A test: its NAME is a sentence; FILE, with TEXT, is open while BODY runs."
  (declare (indent 3))
  `(let* ((folder (make-temp-file (expand-file-name "test" (getenv "SIGNAL_WORK")) t))
          (path (expand-file-name ,file folder)))
     (setq drive-ran (1+ drive-ran))
     (write-region ,text nil path nil 'quiet)
     (condition-case failure
         (progn
           (find-file path)
           ,@body
           (message "ok      %s" ,name))
       (error (setq drive-failed (1+ drive-failed))
              (message "FAILED  %s: %s\n--- text\n%s\n---" ,name (error-message-string failure) (buffer-string))))
     (set-buffer-modified-p nil)
     (kill-buffer)))

(defun drive-connect ()
  "Wait for the server, and for its first findings."
  (eglot-ensure)
  (run-hooks 'post-command-hook)
  (drive-wait "the server" (lambda () (and (eglot-current-server) (eglot-managed-p))))
  (flymake-mode 1))

(check "a script is in signal-mode, and coloured" "a.signal" (concat "#! timeframe = 1h\n" drive-trend)
  (unless (eq major-mode 'signal-mode) (error "It is in %s" major-mode))
  (font-lock-ensure)
  (cl-flet ((face-of (text) (goto-char (point-min)) (search-forward text)
                     (get-text-property (match-beginning 0) 'face)))
    (unless (eq (face-of "timeframe") 'font-lock-property-name-face) (error "The directive is %s" (face-of "timeframe")))
    (unless (eq (face-of "ema") 'font-lock-function-call-face) (error "The call is %s" (face-of "ema")))
    (unless (eq (face-of "200") 'font-lock-number-face) (error "The number is %s" (face-of "200")))
    (unless (eq (face-of "\"LONG") 'font-lock-string-face) (error "The string is %s" (face-of "\"LONG")))))

(check "findings follow what is typed" "a.signal" (string-replace "ema" "emma" drive-trend)
  (drive-connect)
  (drive-wait "the finding"
              (lambda () (seq-find (lambda (found) (and (= (car found) 1) (string-match-p "no function `emma`" (cdr found))))
                                   (drive-findings))))
  (goto-char (point-min))
  (search-forward "emma")
  (replace-match "ema" t)
  ;; Without a keyboard Emacs is never idle, which is when it tells of changes; saving does, too.
  (save-buffer)
  (drive-wait "that it goes" (lambda () (not (seq-find (lambda (found) (string-match-p "emma" (cdr found))) (drive-findings))))))

(check "a code action mends what is under the cursor" "a.signal" (string-replace "ema" "emma" drive-trend)
  (drive-connect)
  (drive-wait "the finding" #'drive-findings)
  (goto-char (point-min))
  (search-forward "em")
  (let* ((actions (eglot-code-actions (point) nil "quickfix"))
         (mend (seq-find (lambda (action) (string-match-p "`?ema`?" (plist-get action :title))) actions)))
    (unless mend (error "Offered are %S" (mapcar (lambda (action) (plist-get action :title)) actions)))
    (eglot-execute (eglot-current-server) mend))
  (drive-text-is drive-trend))

(check "eldoc tells what a call needs" "a.signal" drive-trend
  (drive-connect)
  (goto-char (point-min))
  (search-forward "em")
  (let (told)
    (eglot-hover-eldoc-function (lambda (text &rest _) (setq told text)))
    (drive-wait "the hover" (lambda () told))
    (unless (and (string-match-p "ema(" told) (string-match-p "199" told)) (error "It tells %s" told))))

(check "completion offers indicators, and completes" "a.signal" "value = supertr"
  (drive-connect)
  (goto-char (point-max))
  (completion-at-point)
  (drive-wait "the completion" (lambda () (string-match-p "value = supertrend" (buffer-string)))))

(check "the signature is told while a call is written" "a.signal" "x = ema(close, "
  (drive-connect)
  (goto-char (point-max))
  (let (told)
    (eglot-signature-eldoc-function (lambda (text &rest _) (setq told text)))
    (drive-wait "the signature" (lambda () told))
    (unless (string-match-p "timeperiod" told) (error "It tells %s" told))))

(check "eglot-rename renames a name everywhere" "a.signal" drive-trend
  (drive-connect)
  (goto-char (point-min))
  (eglot-rename "base")
  (drive-text-is (string-replace "slow" "base" drive-trend)))

(check "the definition is a command away, and the references are listed" "a.signal" drive-trend
  (drive-connect)
  (goto-char (point-min))
  (search-forward "> ")
  (call-interactively #'xref-find-definitions)
  (unless (= (point) (point-min)) (error "It went to %s" (point)))
  (let ((found (xref-backend-references 'eglot (xref-backend-identifier-at-point 'eglot))))
    (unless (= (length found) 2) (error "Found were %S" found))))

(check "imenu lists the names of the script" "a.signal" drive-trend
  (drive-connect)
  (let ((names (flatten-tree (imenu--make-index-alist t))))
    (unless (seq-find (lambda (name) (and (stringp name) (string-match-p "slow" name))) names) (error "It lists %S" names))))

(check "eglot-format lays the script out" "a.signal" (string-replace "ema(close, 200)" "ema( close,200 )" drive-trend)
  (drive-connect)
  (eglot-format-buffer)
  (drive-text-is drive-trend))

(check "inlay hints stand in the line" "a.signal" drive-trend
  (drive-connect)
  (eglot-inlay-hints-mode 1)
  (eglot--update-hints-1 (point-min) (point-max))
  (drive-wait "a hint"
              (lambda () (seq-find (lambda (overlay)
                                     (string-match-p "199 bars" (concat (overlay-get overlay 'before-string) (overlay-get overlay 'after-string))))
                                   (overlays-in (point-min) (point-max))))))

(check "signal.toml is looked at as well" "signal.toml" "[run]\ntimeframe = \"7h\"\n"
  (drive-connect)
  (drive-wait "the finding"
              (lambda () (seq-find (lambda (found) (and (= (car found) 2) (string-match-p "no timeframe" (cdr found)))) (drive-findings)))))

(defun drive-compiled ()
  "Wait until what runs in the compilation buffer has ended; its text."
  (with-current-buffer "*compilation*"
    (drive-wait "the end of the run" (lambda () (not (get-buffer-process (current-buffer)))))
    (buffer-string)))

(check "signal-run backtests the script in the sandbox" "a.signal"
       (concat "#! universe   = BINANCE:BTC/USDT\n#! timeframe  = 1d\n#! start_date = 2022-01-01\n#! end_date   = 2024-06-30\n" drive-trend)
  (call-interactively #'signal-run)
  (let ((said (drive-compiled)))
    (unless (and (string-match-p "synthetic" said) (string-match-p "finished" said)) (error "It said %s" said))))

(check "signal-warmup tells the bars of each name" "a.signal" drive-trend
  (call-interactively #'signal-warmup)
  (unless (string-match-p "199" (drive-compiled)) (error "It said %s" (drive-compiled))))

(check "compile lists the findings, and next-error goes there" "a.signal" (string-replace "ema" "emma" drive-trend)
  (compile compile-command)
  (drive-compiled)
  (next-error)
  (unless (and (= (line-number-at-pos) 1) (looking-at "emma")) (error "It went to line %s" (line-number-at-pos))))

(check "the tree-sitter grammar is installed and colours scripts" "a.signal" drive-trend
  (let ((treesit-extra-load-path (list (expand-file-name "tree-sitter" user-emacs-directory))))
    (signal-install-grammar (getenv "SIGNAL_CHECKOUT"))
    ;; As the README says, with the server started by the hook of `signal-mode'.
    (let ((major-mode-remap-alist '((signal-mode . signal-ts-mode)))
          (signal-mode-hook '(eglot-ensure)))
      (normal-mode))
    (unless (eq major-mode 'signal-ts-mode) (error "It is in %s" major-mode))
    (run-hooks 'post-command-hook)
    (drive-wait "the server" #'eglot-managed-p)
    (font-lock-ensure)
    (goto-char (point-min))
    (search-forward "em")
    (unless (eq (get-text-property (point) 'face) 'font-lock-function-call-face)
      (error "The call is %s" (get-text-property (point) 'face)))))

(message "%d tests, %d failed" drive-ran drive-failed)
(kill-emacs (if (zerop drive-failed) 0 1))
;;; drive.el ends here
