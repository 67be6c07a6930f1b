package evidence

import (
	"fmt"
	"strconv"
	"time"
)

// ProofFormat is the version of the Proof's layout. Keys are added without
// notice; it grows when one is removed or changes its meaning.
const ProofFormat = 1

// The links of the evidence, in the order in which they are proved.
const (
	LinkFile      = "file"      // the envelope beside a report, and its form
	LinkSignature = "signature" // of an envelope that was asked about
	LinkReport    = "report"    // the file that was signed
	LinkJournal   = "journal"   // each event matches its hash, none is missing
	LinkSeal      = "seal"      // signed when the run had ended
	LinkOutputs   = "outputs"   // of the run's tasks
	LinkSummary   = "summary"   // the run's row in the list of runs
	LinkDatabase  = "database"  // SQLite's own structure
)

// Proof is the answer of a check.
type Proof struct {
	Format int    `json:"format"`
	Run    string `json:"run"`    // id; empty when it could not be learned
	Proved bool   `json:"proved"` // every link holds
	// Links are those that hold, in order. After one that is broken nothing
	// more is looked at.
	Links  []Proven `json:"links"`
	Broken *Broken  `json:"broken"` // null when all hold
	// Unseen is what could not be looked at, and why; it proves nothing and
	// breaks nothing.
	Unseen []string `json:"unseen"`
}

// Proven is a link that holds.
type Proven struct {
	Link   string `json:"link"`
	Detail string `json:"detail"`
}

// Broken is the first link that does not hold.
type Broken struct {
	Link  string `json:"link"`
	Place string `json:"place"` // "event 17 (task.ended, 2026-…)", "output 3f.out"
	What  string `json:"what"`
	Hint  string `json:"hint"` // what to do next
}

// Error gives the place and what is wrong there.
func (b *Broken) Error() string { return b.Place + ": " + b.What }

// unsealed is the one thing that may be wrong with a run that is sealed late:
// see Sign.
const unsealed = "it has ended and is not sealed: an event lost off its end could not be seen"

func newProof(run string) *Proof {
	return &Proof{Format: ProofFormat, Run: run, Links: []Proven{}, Unseen: []string{}}
}

func (p *Proof) holds(link, format string, args ...any) {
	p.Links = append(p.Links, Proven{Link: link, Detail: fmt.Sprintf(format, args...)})
}

// end closes the proof with the first link that is broken, or none.
func (p *Proof) end(b *Broken) Proof {
	p.Broken, p.Proved = b, b == nil
	return *p
}

const (
	hintJournal  = "do not use this run as evidence; an envelope or a copy of the database kept elsewhere tells what it was"
	hintOutput   = "do not use this output as evidence; a copy of the run's directory kept elsewhere tells what it was"
	hintKey      = "give the public key that it was signed with: --key PUB.pem"
	hintDatabase = "move the database away and put back a copy that was made before; no backup is affected"
)

// word shows a stored text inside a sentence. What is not plain is quoted: it
// may be anything.
func word(s string) string {
	const most = 40
	plain := s != "" && len(s) <= most
	for _, r := range s {
		plain = plain && r > ' ' && r < 0x7f
	}
	if plain {
		return s
	}
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.QuoteToASCII(s)
}

// counted gives "1 event", "3 events".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// roughly says a time between two moments in words for people.
func roughly(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	case d < 48*time.Hour:
		return d.Round(time.Minute).String()
	}
	return counted(int(d/(24*time.Hour)), "day")
}
