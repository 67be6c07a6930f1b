package main

import (
	"maps"
	"os"
	"os/user"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/drivers/command"
	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// secretName matches the names of variables and keys whose values are masked
// wherever something is kept.
var secretName = lazyregexp.New(`(?i)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|PASS$|_PASS_|[A-Z0-9_]PWD$|(^|_)PW$|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|KEY_DATA$|CREDENTIAL)`)

// elsewhere matches those that say where a secret is, or who knows it.
var elsewhere = lazyregexp.New(`(?i)(^(OLD)?PWD|FILE|PATH|_DIR|_COMMAND|_CMD|ASKPASS)$`)

// trivial are values that tell nothing and stand in many a good line.
var trivial = []string{
	"yes", "true", "false", "none", "null", "off", "auto", "always", "never", "default", "disable", "disabled",
	"enable", "enabled", "require", "prefer", "optional", "prompt", "ask",
}

func isSecret(name string) bool {
	name = strings.ReplaceAll(name, "-", "_")
	return secretName.MatchString(name) && !elsewhere.MatchString(name)
}

// hoard collects secrets.
type hoard struct {
	getenv func(string) (string, bool)
	open   map[string]bool // words that everybody knows
	got    map[string]bool
}

// secrets collects what must never be kept: the values of variables that are
// named like secrets, of the environment, of --set and of the inventory's
// references; passwords within addresses; and what the files of clients and
// clouds hold. What can't be read is passed over.
func (a *app) secrets(inv *inventory.Inventory) []string {
	h := &hoard{getenv: a.getenv, open: openWords(inv), got: map[string]bool{}}
	if h.getenv == nil {
		h.getenv = os.LookupEnv
	}
	for _, kv := range os.Environ() {
		k, v, _ := strings.Cut(kv, "=")
		h.look(k, v)
	}
	for k, v := range a.set {
		h.look(k, v)
	}
	h.inventory(inv)
	h.wellKnown()
	return slices.Sorted(maps.Keys(h.got))
}

// mask hides every secret in a text that is about to be shown.
func (a *app) mask(text string) string {
	inv, err := a.workspace()
	if err != nil {
		inv = nil // that may be what the text tells
	}
	return command.MaskText(a.secrets(inv))(text)
}

// add takes a secret. A word that everybody knows is none: masking it would
// hide names in good lines, and tell by that which word the password is.
func (h *hoard) add(s string) {
	s = strings.Trim(s, "\r\n")
	if len(s) >= 3 && !slices.Contains(trivial, strings.ToLower(s)) && !h.open[s] {
		h.got[s] = true
	}
}

// look takes a variable.
func (h *hoard) look(name, value string) {
	for _, p := range passwords(value) {
		h.add(p)
	}
	named := strings.HasPrefix(value, "/") || strings.HasSuffix(strings.ToUpper(name), "FILE")
	switch {
	case named && secretName.MatchString(name) && h.file(value, anyFile):
	case isSecret(name):
		h.add(value)
	}
}

// reference is a ${NAME} of the inventory.
var reference = lazyregexp.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// referring takes what a text of the inventory refers to, when the key that it
// stands under, the variable, or the place in an address says that it is
// secret.
func (h *hoard) referring(key, text string) {
	if !strings.Contains(text, "${") {
		return
	}
	hidden := passwords(text)
	for _, m := range reference.FindAllStringSubmatch(text, -1) {
		value, ok := h.getenv(m[1])
		if !ok {
			continue
		}
		h.look(m[1], value)
		within := slices.ContainsFunc(hidden, func(p string) bool { return strings.Contains(p, m[0]) })
		if within || isSecret(key) {
			h.add(value)
		}
	}
	for _, p := range hidden {
		if filled, err := inventory.Expand(p, h.getenv); err == nil {
			h.add(filled)
		}
	}
}

// inventory takes what lifeboat.yaml refers to, and what files it names.
func (h *hoard) inventory(inv *inventory.Inventory) {
	if inv == nil {
		return
	}
	h.options(inv.Vars)
	for _, w := range inv.Workloads {
		h.referring("dsn", w.Source.DSN)
		h.referring("path", w.Source.Path)
		h.referring("heartbeat", w.Heartbeat)
		h.options(w.Source.Options)
		h.options(w.Vars)
		for _, p := range passfile.FindAllStringSubmatch(w.Source.DSN, -1) {
			h.file(p[1], pgpass)
		}
		for _, c := range w.Copies {
			h.referring("repository", c.Repository)
			h.options(c.Options)
		}
		for _, c := range w.Checks {
			h.referring(c.Name, strings.Join([]string{c.Query, c.Canary, c.Command, c.Expect}, "\n"))
		}
	}
}

func (h *hoard) options(m map[string]string) {
	for k, v := range m {
		h.referring(k, v)
		path, err := inventory.Expand(v, h.getenv)
		if err != nil || !strings.HasPrefix(path, "/") {
			continue
		}
		switch {
		case secretName.MatchString(k), k == "key":
			h.file(path, anyFile)
		case k == "defaults_file", k == "config", k == "kubeconfig":
			h.file(path, keyed)
		}
	}
}

// openWords are the names that an inventory and this machine tell openly.
func openWords(inv *inventory.Inventory) map[string]bool {
	words := map[string]bool{"root": true, "localhost": true, "lifeboat": true, "postgres": true, "mariadb": true}
	for _, k := range inventory.Kinds() {
		words[k] = true
	}
	if u, err := user.Current(); err == nil {
		words[u.Username] = true
	}
	if inv == nil {
		return words
	}
	for _, w := range inv.Workloads {
		words[w.Name] = true
		user, database := openNames(w.Source.DSN)
		words[user], words[database] = true, true
		for _, c := range w.Copies {
			words[c.Name], words[c.Driver] = true, true
		}
	}
	return words
}
