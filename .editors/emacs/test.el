;;; -*- lexical-binding: t -*-
;;; What a user of eglot has: findings, completion, hover, a fix and a definition in the sample project, with the settings of README.
(require 'eglot)
(require 'flymake)

;; Without the packages of these modes the names do.
(unless (fboundp 'yaml-mode) (define-derived-mode yaml-mode text-mode "YAML"))
(setq eglot-sync-connect 20 eglot-autoshutdown nil)

(defun fail (&rest what)
  (message "failed: %S" what)
  (kill-emacs 1))

(defun wait-for (what is-done)
  (let ((end (+ (float-time) 20)) found)
    (while (and (not (setq found (funcall is-done))) (< (float-time) end)) (accept-process-output nil 0.05))
    (or found (fail what))))

(defun codes ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(find-file "kratos.yml")
(yaml-mode)
(apply #'eglot--connect (eglot--guess-contact))
(flymake-start)
(wait-for "findings" (lambda () (seq-some (lambda (text) (string-match-p "must be true or false" text)) (codes))))

(defun ask (method) (jsonrpc-request (eglot-current-server) method (eglot--TextDocumentPositionParams) :timeout 20))

(goto-char (point-min))
(search-forward "enabled: yes")
(goto-char (match-beginning 0))
;; On a line of its own: the value of a key that is there must fit the name that is offered for it.
(insert "\n      ")
(backward-char 7)
(eglot--signal-textDocument/didChange)
(let ((labels (mapcar (lambda (item) (plist-get item :label)) (plist-get (ask :textDocument/completion) :items))))
  (unless (member "lifespan" labels) (fail "completion" labels)))
(delete-char 7)
(eglot--signal-textDocument/didChange)
(let ((hover (format "%S" (ask :textDocument/hover))))
  (unless (string-match-p "selfservice\\.flows\\.recovery\\.enabled" hover) (fail "hover" hover)))

(goto-char (+ (point) 10))
(let* ((place (eglot--pos-to-lsp-position))
       (params (append (list :range (list :start place :end place) :context (list :diagnostics []))
                       (eglot--TextDocumentPositionParams)))
       (actions (jsonrpc-request (eglot-current-server) :textDocument/codeAction params :timeout 20))
       (fix (seq-find (lambda (action) (eq t (plist-get action :isPreferred))) actions)))
  (unless fix (fail "fix" actions))
  (eglot--apply-workspace-edit (plist-get fix :edit)))
(goto-char (point-min))
(unless (search-forward "enabled: true" nil t) (fail "the fix is not applied"))

(search-backward "file://./hooks/signup.jsonnet")
(goto-char (+ (point) 8))
(let* ((found (ask :textDocument/definition))
       (uri (plist-get (elt found 0) :uri)))
  (unless (string-suffix-p "hooks/signup.jsonnet" uri) (fail "definition" found)))
(message "Emacs: findings, completion, hover, fix, definition")
(set-buffer-modified-p nil)
(kill-emacs 0)
