package drivers

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Plan is what a restore will do: printable, serialisable, without side
// effects. The same request gives the same plan.
type Plan struct {
	Driver   string         `json:"driver"`
	Workload string         `json:"workload"`
	Request  RestoreRequest `json:"request"`
	Steps    []PlanStep     `json:"steps"`
	Needs    int64          `json:"needs"`              // bytes of free space on the target's file system
	Basis    string         `json:"basis"`              // digest of what the plan was made from; Restore compares it
	Warnings []string       `json:"warnings,omitempty"` // said before anybody confirms
}

// PlanStep is one thing that the plan does, as a person would do it by hand.
type PlanStep struct {
	Title       string `json:"title"`
	Command     string `json:"command,omitempty"` // a line to copy; secrets as references
	Destructive bool   `json:"destructive,omitempty"`
}

// WriteText prints the plan for a person.
func (p Plan) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "restore %s from %s with %s into %s (%s)\n",
		p.Workload, p.Request.Point.ID, p.Driver, p.Request.Target.Name, p.Request.Target.Kind)
	if len(p.Request.Select) > 0 {
		fmt.Fprintf(&b, "only: %s\n", strings.Join(p.Request.Select, ", "))
	}
	for i, s := range p.Steps {
		mark := ""
		if s.Destructive {
			mark = "  (destructive)"
		}
		fmt.Fprintf(&b, "%2d. %s%s\n", i+1, s.Title, mark)
		if s.Command != "" {
			fmt.Fprintf(&b, "      %s\n", s.Command)
		}
	}
	for _, wn := range p.Warnings {
		fmt.Fprintf(&b, "warning: %s\n", wn)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Evidence is what a restore leaves behind it.
type Evidence struct {
	Target   Target            `json:"target"`
	Bytes    int64             `json:"bytes"`           // read from the repository
	Items    int64             `json:"items,omitempty"` // tables, files: see Unit
	Unit     string            `json:"unit,omitempty"`
	Warnings []string          `json:"warnings,omitempty"` // harmless messages of the tool, classified
	Detail   map[string]string `json:"detail,omitempty"`   // tool versions, digests
	Took     time.Duration     `json:"took_ns"`
}

// ValidateRequest asks a Validator to run checks against restored data.
type ValidateRequest struct {
	Target Target
	Checks []Check
	// Select limits checks to what was restored: those of other tables are
	// skipped with that reason. Empty: everything was restored.
	Select []string
	// Judge compares an answer with a check's expectation. source is empty
	// unless the expectation needs it.
	Judge func(expect, got, source string) (ok bool, err error)
	// NeedsSource says whether an expectation speaks of the source.
	NeedsSource func(expect string) bool
}

// Check is one thing that must be true of the restored data.
type Check struct {
	Name    string `json:"name"`
	Rows    string `json:"rows,omitempty"`
	Query   string `json:"query,omitempty"`
	Canary  string `json:"canary,omitempty"`
	Command string `json:"command,omitempty"` // run by the engine, not by a driver
	File    string `json:"file,omitempty"`
	Expect  string `json:"expect,omitempty"`
	SHA256  string `json:"sha256,omitempty"`
	Newest  bool   `json:"newest,omitempty"`
}

// CheckResult is what a check found.
type CheckResult struct {
	Name    string     `json:"name"`
	Outcome Outcome    `json:"outcome"`
	Got     string     `json:"got,omitempty"`
	Want    string     `json:"want,omitempty"`
	Source  string     `json:"source,omitempty"` // the source's own answer, where it was asked
	Detail  string     `json:"detail,omitempty"`
	Proves  bool       `json:"proves"`           // it looked at restored data
	Newest  *time.Time `json:"newest,omitempty"` // the data's own newest time
}

// Finding is one thing that Preflight noticed.
type Finding struct {
	OK      bool   `json:"ok"`
	Subject string `json:"subject"` // pg_restore, /mnt/nas/orders
	Detail  string `json:"detail"`
	Hint    string `json:"hint,omitempty"`
}
