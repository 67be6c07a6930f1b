package runbook

import (
	"strings"
	"unicode"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// role is what a section is for, told by its title.
type role int

const (
	roleNone      role = iota // the title alone does not say
	roleProcedure             // its parts are steps
	roleContext               // explains; nothing to do
	rolePrereq
	roleRollback
	rolePost
	roleNotes // an appendix to the steps before it
)

// procedureWord anywhere in a title makes the section a procedure.
var procedureWord = hint(lazyregexp.New(`\b(steps?|procedures?|instructions|runbook|playbook|walkthrough|how to|what to (?:do|check|look|try)|how do (i|you|we)|`+
	`pasos|passos|procedimiento|procedimento|schritte|vorgehen|ablauf|proc[eé]dure|marche [aà] suivre)\b|[eé]tapes|手順|步骤|步驟|操作流程`),
	"step", "proced", "procéd", "instruction", "book", "walk", "how ", "what ", "paso", "passo", "schritt", "vorgehen", "ablauf", "marche", "tapes", "手", "步", "流程")

// procedureTitles are titles, or all the words of one, under which a reader
// looks for things to do.
var procedureTitles = wordSet(`recovery recover restore restoration restoring diagnosis diagnose diagnosing diagnostic
	diagnostics mitigation mitigations mitigate mitigating resolution resolutions resolve resolving remediation
	remediations remediate fix fixes fixing workaround workarounds execution execute actions action response
	investigation investigate investigating debug debugging triage verification verify validation validate
	containment eradication checklist checklists process failover switchover failback solution solutions
	identification repair what to do
	validação validación verificação verificación restauração restauración recuperação recuperación diagnóstico mitigação mitigación solução solución`)

// fillerWords say nothing of a section's role.
var fillerWords = wordSet(`the a an and or of for to in on with your this that quick manual full emergency immediate
	immediately recommended suggested detailed initial further possible first final main common general alert incident
	issue issues problem problems error errors failure failures backup database data service system cluster
	troubleshooting automated automatic short long term node disaster guide plan technical core complete basic`)

// contextTitles are titles of sections that explain.
var contextTitles = phraseSet(`overview|background|meaning|impact|summary|introduction|intro|description|purpose|scope|context|symptom|symptoms|
	cause|causes|possible cause|possible causes|common causes|potential causes|likely causes|root cause|root causes|root cause analysis|
	severity|alert|alerts|alerting|reference|references|related|links|useful links|see also|further reading|more information|
	additional information|additional resources|resources|contact|contacts|owner|owners|ownership|glossary|table of contents|toc|contents|
	metadata|faq|changelog|change log|revision history|version history|history|success criteria|metrics|dashboard|dashboards|prevention|
	assumption|assumptions|limitation|limitations|targets|objective|objectives|slo|slos|sla|slas|sli|slis|service overview|tags|conclusion|
	mental model|automation thoughts|trigger|triggers|trigger conditions|terminology|definition|definitions|problem|problem summary|
	problem statement|problem description|issue|explanation|input|inputs|output|outputs|roles|roles and responsibilities|responsibilities|
	timeline|document control|document history|key facts|key concepts|key terms|key files|full context|audience|status|tldr|tl;dr|
	at a glance|reading|license|observability|user impact|customer impact|business impact|current state|goal|goals|non-goals|release notes|
	support|getting help|infrastructure|azure resources|environment|environments`)

// contextPrefixes begin titles of sections that explain, as whole words.
var contextPrefixes = []string{
	"related", "contact", "overview", "reference", "high level", "high-level", "how to spot", "how to recognise", "how to recognize", "escalation", "architecture", "appendix", "when to", "when this", "preventive", "preventing",
	"future", "why", "what is", "what are", "what was", "what does", "what happened", "what recovery", "what must", "what gets", "what this",
	"about", "communication", "recovery time", "recovery point", "rto", "rpo", "how it", "how this", "how backup", "how backups", "how the",
	"how alerts", "author", "authors", "false positive", "false positives", "affected", "who", "where", "expected outcome", "expected result",
	"expected results", "expected output", "expected behavior", "expected behaviour",
}

// contextSuffixes end such titles.
var contextSuffixes = []string{" improvements", " objectives", " estimate", " estimates", " estimation"}

func isContext(t string) bool {
	if contextTitles[t] {
		return true
	}
	for _, p := range contextPrefixes {
		if rest, ok := strings.CutPrefix(t, p); ok && (rest == "" || rest[0] == ' ' || rest[0] == ':') {
			return true
		}
	}
	for _, end := range contextSuffixes {
		if strings.HasSuffix(t, end) {
			return true
		}
	}
	return false
}

var (
	prereqTitle = hint(lazyregexp.New(`^(pre-?requisites?|prerequisite|pre-?requisities|requirements?|before (you|we) (begin|start|proceed)|before (beginning|starting|you)\b.*|`+
		`pre-?flight.*|preparations?|safety checks?|pre-?checks?|pre-?(restore|recovery|upgrade|migration|deployment|deploy|incident|failover) (checks?|checklist|requirements?|steps?|tasks?)|`+
		`you('ll| will) need|what you('ll)? need|required (access|tools|permissions|information)|(access|tool|tools|tooling|permissions?) (required|requirements|needed)|`+
		`tools|access|dependencies|requisitos previos|voraussetzungen|pr[ée]-?requis(itos)?)\b|前提条件|前置条件`),
		"pre", "pré", "before", "requir", "safety", "need", "access", "tool", "depend", "permission", "requisit", "vorauss", "条件")
	rollbackTitle = hint(lazyregexp.New(`\b(roll[- ]?back|rolling back|back[- ]?out|backing out|revert|reverting|undo)\b`), "back", "revert", "undo")
	postTitle     = hint(lazyregexp.New(`^(post[- ]?(recovery|incident|restore|restoration|mortem|failover|deployment|deploy|fix|resolution|rollback|upgrade|migration|event|outage|drill|rotation|action|actions|mitigation)s?\b.*|`+
		`postmortem.*|after (the )?(recovery|incident|restore|restoration|failover|resolution|mitigation).*|aftermath|after care|follow[- ]?ups?( .*)?|lessons?( learned)?|learnings|retrospective|to ?do after.*)$`),
		"post", "after", "follow", "lesson", "learn", "retro")
	questionTitle = lazyregexp.New(`^(when|why|what|who|where|how (it|this))\b`)
	notesTitle    = hint(lazyregexp.New(`^((important |general |additional |other )?notes?|examples?|results?|quick reference( commands)?|command reference|cheat ?sheet|tips.*)$`), "note", "example", "result", "reference", "cheat", "tips")
	checkTitle    = hint(lazyregexp.New(`\b(check|checks|verification|validation|verify|validate|tests?)\b`), "check", "valid", "verif", "test")
)

// classify tells a section's role by its title alone.
func classify(title string) role {
	t := normalTitle(title)
	switch {
	case t == "":
		return roleNone
	case isContext(t) && questionTitle.MatchString(t):
		return roleContext
	case postTitle.MatchString(t) && !checkTitle.MatchString(t):
		return rolePost
	case rollbackTitle.MatchString(t) && !strings.HasPrefix(t, "procedure") && !postTitle.MatchString(t):
		return roleRollback
	case prereqTitle.MatchString(t):
		return rolePrereq
	case isContext(t):
		return roleContext
	case notesTitle.MatchString(t):
		return roleNotes
	case procedureWord.MatchString(t), onlyProcedureWords(t):
		return roleProcedure
	}
	return roleNone
}

// onlyProcedureWords holds for "Diagnosis and mitigation" and "Emergency
// recovery", and not for "Recovery of the billing export".
func onlyProcedureWords(t string) bool {
	found := false
	for _, w := range strings.FieldsFunc(t, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		switch {
		case procedureTitles[w]:
			found = true
		case !fillerWords[w]:
			return false
		}
	}
	return found
}

var titleMarks = strings.NewReplacer("’", "'", "`", "", "*", "", "&", "and")

var parenthesis = lazyregexp.New(`\s*\([^)]*\)\s*`)

// normalTitle is a title in lower case without markup, a trailing remark in
// parentheses, and end marks.
func normalTitle(title string) string {
	t := strings.ToLower(titleMarks.Replace(title))
	if strings.Contains(t, "(") {
		if bare := strings.TrimSpace(parenthesis.ReplaceAllString(t, " ")); bare != "" {
			t = bare
		}
	}
	return strings.Trim(strings.Join(strings.Fields(t), " "), " :.!?-–—_")
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// phraseSet is a set of phrases separated by bars.
func phraseSet(phrases string) map[string]bool {
	set := map[string]bool{}
	for p := range strings.SplitSeq(phrases, "|") {
		set[strings.TrimSpace(p)] = true
	}
	return set
}
