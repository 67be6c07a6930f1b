package archive

import (
	"slices"
	"strings"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

const identPattern = `("(?:[^"]|"")+"|[a-zA-Z_\x80-\xff][\w$\x80-\xff]*)`

var (
	ownerRE   = lazyregexp.New(`(?s)^ALTER .* OWNER TO ` + identPattern + `$`)
	grantRE   = lazyregexp.New(`(?s)^(?:GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) .* (?:TO|FROM) ` + identPattern + `(?: WITH GRANT OPTION)?$`)
	forRoleRE = lazyregexp.New(`^ALTER DEFAULT PRIVILEGES FOR ROLE ` + identPattern)
	policyRE  = lazyregexp.New(`(?s)^CREATE POLICY .*? ON .*? TO ((?:` + identPattern + `(?:, )?)+)`)
	mappingRE = lazyregexp.New(`^CREATE USER MAPPING FOR ` + identPattern)
	extRE     = lazyregexp.New(`^CREATE EXTENSION (?:IF NOT EXISTS )?` + identPattern)
	tableRE   = lazyregexp.New(`^CREATE (?:UNLOGGED |FOREIGN )?TABLE ([^(]+?) (?:\(|PARTITION OF)`)
)

// learn notes what a statement speaks of.
func (s *Script) learn(text string) {
	s.Roles = addRoles(s.Roles, text)
	if m := extRE.FindStringSubmatch(text); m != nil {
		s.Extensions = addName(s.Extensions, m[1])
	}
	if m := tableRE.FindStringSubmatch(text); m != nil {
		if parts, _, err := cutName(m[1]); err == nil {
			s.Creates = append(s.Creates, strings.Join(parts, "."))
		}
	}
}

func addRoles(roles []string, text string) []string {
	for _, re := range []*lazyregexp.Regexp{ownerRE, grantRE, forRoleRE, mappingRE} {
		if m := re.FindStringSubmatch(text); m != nil {
			roles = addName(roles, m[1])
		}
	}
	if m := policyRE.FindStringSubmatch(text); m != nil {
		list := m[1]
		for list != "" {
			name, rest, err := CutIdent(list)
			if err != nil {
				break
			}
			roles = addName(roles, QuoteIdent(name))
			list = strings.TrimPrefix(rest, ", ")
			if list == rest {
				break
			}
		}
	}
	return roles
}

// pseudo roles exist everywhere.
var pseudoRoles = []string{"PUBLIC", "public", "CURRENT_USER", "SESSION_USER", "CURRENT_ROLE"}

func addName(list []string, quoted string) []string {
	if slices.Contains(pseudoRoles, quoted) {
		return list
	}
	name, _, err := CutIdent(quoted)
	if err != nil || name == "" || slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}

// Roles are the roles that must exist before this archive can be restored,
// even without owners and privileges: policies and user mappings name them.
func (t *TOC) Roles() []string {
	var roles []string
	for i := range t.List {
		if e := &t.List[i]; e.Desc == "POLICY" || e.Desc == "USER MAPPING" {
			roles = addRoles(roles, strings.TrimSuffix(strings.TrimSpace(e.Defn), ";"))
		}
	}
	return roles
}

// Extensions are the extensions that the archive asks for.
func (t *TOC) Extensions() []string {
	var names []string
	for i := range t.List {
		if e := &t.List[i]; e.Desc == "EXTENSION" {
			names = append(names, e.Tag)
		}
	}
	return names
}
