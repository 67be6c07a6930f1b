package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/lifeboat-dr/lifeboat/drill"
)

// StatementType is in-toto's, version 1.
const StatementType = "https://in-toto.io/Statement/v1"

// What a statement says of its subjects. They name a format, and lead nowhere.
const (
	RunPredicate    = "https://github.com/lifeboat-dr/lifeboat/evidence/run/v1"
	ReportPredicate = "https://github.com/lifeboat-dr/lifeboat/evidence/report/v1"
)

// JournalSubject is the subject whose digest is the head of the chain.
const JournalSubject = "journal"

// Statement is an in-toto statement.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"`
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is something that the statement vouches for.
type Subject struct {
	Name   string `json:"name"`
	Digest Digest `json:"digest"`
}

// Digest is in hex.
type Digest struct {
	SHA256 string `json:"sha256"`
}

// Predicate is what is said of a run. Keys that end in _ns are nanoseconds;
// what was not measured is null.
type Predicate struct {
	Run           string         `json:"run"`
	Workload      string         `json:"workload"`
	Kind          string         `json:"kind"`
	Mode          drill.Mode     `json:"mode"`
	Operator      string         `json:"operator"`
	Host          string         `json:"host"`
	Runbook       Runbook        `json:"runbook"`
	Verdict       drill.Verdict  `json:"verdict"`
	Reasons       []string       `json:"reasons"`
	RTO           *time.Duration `json:"rto_ns"`
	RTOObjective  *time.Duration `json:"rto_objective_ns"`
	RTOMet        *bool          `json:"rto_met"`
	RPO           *time.Duration `json:"rpo_ns"`
	RPOObjective  *time.Duration `json:"rpo_objective_ns"`
	RPOMet        *bool          `json:"rpo_met"`
	Started       time.Time      `json:"started"`
	Ended         time.Time      `json:"ended"`
	Signed        time.Time      `json:"signed"`
	Events        int64          `json:"events"`         // in the journal
	SummarySHA256 string         `json:"summary_sha256"` // of the run's row in the list of runs
	Versions      Versions       `json:"versions"`
	// Report is the JSON report, where that is what was signed.
	Report json.RawMessage `json:"report,omitempty"`
}

// Runbook says what was walked.
type Runbook struct {
	Title  string `json:"title"`
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Versions are those of lifeboat at the run's start and at the signature, and
// of the chain's format.
type Versions struct {
	Run    string `json:"run"`
	Signer string `json:"signer"`
	Chain  int    `json:"chain"`
}

// statement says what is known of a run that has ended.
func statement(c *chained, summary, version string, now time.Time) Statement {
	s := &c.state
	p := Predicate{
		Run: c.run, Workload: s.Info.Workload, Kind: s.Info.Kind, Mode: s.Info.Mode, Operator: s.Info.Operator, Host: s.Info.Host,
		Runbook: Runbook{s.Info.Title, s.Info.Runbook, s.Info.SHA256},
		Verdict: s.Verdict, Reasons: append([]string{}, s.Reasons...),
		RTO: known(s.Measure.RTO), RTOObjective: known(s.Info.RTO), RTOMet: s.Measure.RTOMet,
		RPOObjective: known(s.Info.RPO), RPOMet: s.Measure.RPOMet,
		Started: s.Created, Ended: s.Closed, Signed: now.UTC().Round(0), Events: c.events,
		SummarySHA256: hexDigest([]byte(summary)),
		Versions:      Versions{Run: s.Info.Version, Signer: version, Chain: ChainVersion},
	}
	if s.Measure.RPOHow != "" { // else nothing was measured; with it 0 is an answer
		p.RPO = &s.Measure.RPO
	}
	return Statement{Type: StatementType, Subject: subjects(c), PredicateType: RunPredicate, Predicate: p}
}

// subjects are the head of the journal and every output, as the journal knows
// them.
func subjects(c *chained) []Subject {
	out := []Subject{{JournalSubject, Digest{c.head}}}
	for _, o := range c.outputs {
		out = append(out, Subject{o.file, Digest{o.sha256}})
	}
	return out
}

// known is nil for a duration that means that there is none.
func known(d time.Duration) *time.Duration {
	if d <= 0 {
		return nil
	}
	return &d
}

func hexDigest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
