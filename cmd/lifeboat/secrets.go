package main

import (
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
	"github.com/lifeboat-dr/lifeboat/inventory"
)

// secretName matches the names of variables whose values are masked wherever
// output is kept.
var secretName = lazyregexp.New(`(?i)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|PASS$|_PASS_|[A-Z0-9_]PWD$|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL)`)

// directories are the shell's own variables that only look like passwords.
var directories = []string{"PWD", "OLDPWD"}

// trivial are values that tell nothing and stand in many a good line.
var trivial = []string{
	"yes", "true", "false", "none", "null", "off", "auto", "always", "never", "default", "disable", "disabled",
	"enable", "enabled", "require", "prefer", "optional", "prompt", "ask",
}

func isSecret(name string) bool {
	return secretName.MatchString(name) && !slices.Contains(directories, strings.ToUpper(name))
}

// reference is a ${NAME} of the inventory.
var reference = lazyregexp.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// secrets collects what must never be kept: values of variables that are
// named like secrets, of the environment and of --set, and passwords within
// addresses.
func (a *app) secrets(inv *inventory.Inventory) []string {
	var out []string
	add := func(s string) {
		if len(s) >= 3 && !slices.Contains(trivial, strings.ToLower(s)) {
			out = append(out, s)
		}
	}
	look := func(k, v string) {
		if isSecret(k) {
			add(v)
		}
		add(passwordOf(v))
	}
	for _, kv := range os.Environ() {
		k, v, _ := strings.Cut(kv, "=")
		look(k, v)
	}
	for k, v := range a.set {
		look(k, v)
	}
	if inv == nil {
		return out
	}
	for _, w := range inv.Workloads {
		for _, m := range reference.FindAllStringSubmatch(w.Source.DSN, -1) {
			if v, ok := a.getenv(m[1]); ok && !strings.Contains(v, "://") {
				add(v)
			}
		}
	}
	return out
}

// keyword finds the password in a DSN of keywords.
var keyword = lazyregexp.New(`(?i)\bpass(?:word|phrase|wd)?=(?:'([^']*)'|([^\s;&]+))`)

// passwordOf finds the password in an address: a URL's, or a DSN's.
func passwordOf(s string) string {
	if u, err := url.Parse(s); err == nil && u.User != nil {
		if p, ok := u.User.Password(); ok {
			return p
		}
	}
	if m := keyword.FindStringSubmatch(s); m != nil {
		return m[1] + m[2]
	}
	return ""
}
