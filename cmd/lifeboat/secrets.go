package main

import (
	"net/url"
	"os"
	"regexp"
	"strings"

	"github.com/lifeboat-dr/lifeboat/inventory"
)

// secretName matches the names of environment variables whose values are
// masked wherever output is kept.
var secretName = regexp.MustCompile(`(?i)(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|PGPASS$|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL)`)

// reference is a ${NAME} of the inventory.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// secrets collects what must never be kept: values of variables that are
// named like secrets, and passwords within addresses.
func (a *app) secrets(inv *inventory.Inventory) []string {
	var out []string
	add := func(s string) {
		if len(s) >= 4 {
			out = append(out, s)
		}
	}
	for _, kv := range os.Environ() {
		k, v, _ := strings.Cut(kv, "=")
		if secretName.MatchString(k) {
			add(v)
		}
		add(passwordOf(v))
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

// passwordOf finds the password in an address.
func passwordOf(s string) string {
	if !strings.Contains(s, "://") {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.User == nil {
		return ""
	}
	p, _ := u.User.Password()
	return p
}
