package drill

import (
	"maps"
	"slices"
)

// Hidden stands in the journal where the value of a secret would.
const Hidden = "[masked]"

// Secrets are what this process knows and must not keep: answers and --set
// values whose names say so. They live in the run of this process alone. One
// that resumes the run asks for them again.
type secrets map[string]string

// take keeps an answer out of the journal.
func (r *Run) take(c Command) Command {
	a, ok := c.(Answer)
	if !ok || r.e.IsSecret == nil || !r.e.IsSecret(a.Name) {
		return c
	}
	if r.secrets == nil {
		r.secrets = secrets{}
	}
	r.secrets[a.Name], r.mask = a.Value, nil
	return Answer{Name: a.Name, Value: Hidden, secret: true}
}

// hide takes the secrets out of the variables that a run starts with.
func (e *Engine) hide(vars map[string]string) (secrets, []string) {
	out := secrets{}
	for k, v := range vars {
		if e.IsSecret != nil && e.IsSecret(k) {
			out[k] = v
		}
	}
	for k := range out {
		vars[k] = Hidden
	}
	return out, slices.Sorted(maps.Keys(out))
}

// cleaned is a body as the journal gets it.
func (r *Run) cleaned(b Body) Body {
	if r.e.Mask == nil {
		return b
	}
	if r.mask == nil {
		r.mask = r.e.Mask(slices.Collect(maps.Values(r.secrets)))
	}
	return maskBody(b, r.mask)
}

// lost are the secrets that the run has and this process does not know.
func (r *Run) lost() []Body {
	var out []Body
	for _, name := range r.state.Hidden {
		if _, ok := r.secrets[name]; !ok {
			out = append(out, Answered{Name: name, Forgotten: true})
		}
	}
	return out
}

// vars are the run's variables, with the secrets that this process knows.
func (d decision) vars() map[string]string {
	if len(d.g.Secrets) == 0 {
		return d.s.Vars
	}
	out := maps.Clone(d.s.Vars)
	maps.Copy(out, d.g.Secrets)
	return out
}

// open are the variables that a task may keep.
func (s *State) open() map[string]string {
	out := maps.Clone(s.Vars)
	for _, name := range s.Hidden {
		delete(out, name)
	}
	return out
}
