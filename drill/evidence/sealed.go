package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// readSeal opens the seal of a run. nil, nil: there is none.
func readSeal(runsDir, run string, key func() (PublicKey, error)) (*Statement, *Broken) {
	at := "the seal " + filepath.Join(run, SealName)
	data, err := os.ReadFile(filepath.Join(runsDir, run, SealName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &Broken{LinkSeal, at, err.Error(), ""}
	}
	return openAt(LinkSeal, at, data, key)
}

// openAt opens an envelope, and says where and why it can't be.
func openAt(link, at string, data []byte, key func() (PublicKey, error)) (*Statement, *Broken) {
	k, err := key()
	var none *fs.PathError
	switch {
	case errors.As(err, &none) && errors.Is(err, fs.ErrNotExist):
		return nil, &Broken{link, "the public key", "this machine has none: there is no " + none.Path, hintKey}
	case err != nil:
		return nil, &Broken{link, "the public key", err.Error(), hintKey}
	}
	st, err := open(data, k)
	switch {
	case errors.Is(err, errOtherKey):
		return nil, &Broken{link, at, err.Error(), hintKey}
	case err != nil:
		return nil, &Broken{link, at, err.Error(), "do not use it as evidence; a copy kept elsewhere tells what it was"}
	}
	return &st, nil
}

// sealed compares what was signed with the journal as it is now. The subjects
// of a report begin with the report's own.
func sealed(c *chained, st Statement, predicate string) *Broken {
	p, got := st.Predicate, st.Subject
	if predicate == ReportPredicate && len(got) > 0 && got[0].Name != JournalSubject {
		got = got[1:]
	}
	want := subjects(c)
	at := "run " + c.run
	bad := func(format string, args ...any) *Broken {
		return &Broken{LinkSeal, at, fmt.Sprintf(format, args...), hintJournal}
	}
	switch {
	case st.PredicateType != predicate:
		return bad("what was signed is %s, not %s", word(st.PredicateType), predicate)
	case p.Run != c.run:
		return bad("what was signed is of run %s", word(p.Run))
	case p.Events > c.events:
		return bad("its journal ends with event %d; it had %d when it was signed: what is missing was lost off its end", c.events, p.Events)
	case p.Events < c.events:
		return bad("its journal has %d events; it had %d when it was signed: event %d and what follows came later", c.events, p.Events, p.Events+1)
	case len(got) == 0 || got[0] != want[0]:
		return bad("the head of its journal is %s, and not what was signed: the journal was written anew", c.head)
	case !slices.Equal(got, want):
		return bad("the outputs that were signed are not those of its journal")
	}
	return nil
}
