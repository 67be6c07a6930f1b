package runbook

import (
	"strings"
	"unicode"

	"github.com/yuin/goldmark/ast"

	"github.com/lifeboat-dr/lifeboat/internal/lazyregexp"
)

// verbs with which an instruction to an operator begins.
var verbs = wordSet(`access acknowledge activate add adjust alert allow analyse analyze announce annotate append apply approve
	arrange ask assess assign attach audit authenticate back backup block boot bootstrap bounce bring browse build bump calculate
	call cancel capture change check choose clean cleanup clear click clone close collect commit communicate compare complete
	compute configure confirm connect consider consult contact contain convert coordinate copy cordon correct correlate create cut
	debug decide decommission decompress decrypt deduplicate define delegate delete deploy deregister describe destroy detach
	detect determine diagnose disable disconnect discuss dismiss dispatch distribute do document double-check download drain drop
	dump edit eject elect eliminate email enable encrypt engage ensure enter escalate establish estimate evacuate evaluate evict
	examine exec execute exit expand export extend extract fail failover fetch file fill filter find fix flip flush follow force
	fork format forward free freeze gather generate get give go grab grant grep halt hand head help hold identify if ignore import
	increase inform initialise initialize initiate inject insert inspect install invalidate inventory investigate invoke isolate
	issue join keep kill label launch let limit link list load locate lock log login look lower maintain make manage mark
	measure merge migrate modify monitor mount move mute name navigate note notify obtain open optimise optimize order override
	page pass paste patch pause perform pick pin ping place plan point populate post power prepare press preserve prevent
	promote prompt propagate protect prove provide provision prune publish pull purge push put query quiesce raise rate-limit re-apply
	re-check re-create re-deploy re-enable re-run re-write re-try reach read re-key reapply reassign reattach rebalance reboot rebuild recheck
	recompute reconcile reconfigure reconnect record recover recreate redeploy redirect reduce reenable refer refresh
	regenerate register reindex reinstall reject rekey release reload relocate remediate remount remove rename render renew
	reopen repair repeat replace replay replicate reply report repoint request require rerun reschedule reseed reset resize
	resolve resource restart restore resume resync resynchronize retain retrieve retry return reuse revalidate revert review
	revoke rewrite roll rollback rotate route run save scale scan schedule scp search secure see seed select send separate set
	set-up setup shift ship show shut shutdown sign simulate silence skip snapshot sort source specify spin split ssh stabilise
	stabilize stage start stop store submit subscribe suspend swap switch sync synchronise synchronize tag tail take talk target
	taint tear tell terminate test throttle toggle trace track transfer transition treat triage trigger troubleshoot try tune turn
	type uncordon undo uninstall unfreeze unlock unmount unpack unpause unregister unseal unset unsubscribe untaint unzip update
	upgrade upload uplift use validate verify view visit wait warm watch whitelist widen wipe withdraw work write zip`)

// leadWords may stand before the verb of an instruction.
var leadWords = wordSet(`if when once after before from in on under using with for then next first finally now optionally
	please also immediately manually as at through via to only always never don't do not lastly quickly carefully
	you should must can may need we will be sure`)

// imperative holds for a text that tells somebody to do something: it begins
// with a verb, or with a condition and a verb after it.
func imperative(text string) bool {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '\'' && r != '_'
	})
	if len(words) == 0 {
		return false
	}
	if verbs[words[0]] {
		return len(words) == 1 || !statesFact[words[1]]
	}
	if !leadWords[words[0]] {
		return false
	}
	for _, w := range words[1:min(len(words), 25)] {
		if verbs[w] && w != "if" {
			return true
		}
	}
	return false
}

// statesFact are second words that make a noun of the verb before them:
// "Write is appended".
var statesFact = wordSet(`is are was were has have will can may`)

// youCan matches prose that tells the reader what to do.
var youCan = lazyregexp.New(`(?i)\byou('ll| (can|could|should|must|may|might|will))? ((also|then|now|probably|still) )?((need|want|have) to|need|can|should|must|run|use|edit|set|copy)\b|\b(we|you) can\b`)

// tellsToDo holds for text with a sentence that tells to do something.
func (d *document) tellsToDo(nodes []ast.Node) bool {
	for _, n := range nodes {
		if n.Kind() != ast.KindParagraph {
			continue
		}
		text := d.plain(n)
		if youCan.MatchString(text) {
			return true
		}
		for s := range strings.SplitSeq(text, ". ") {
			if instruction(s) {
				return true
			}
			if _, clause, ok := strings.Cut(s, ", "); ok && instruction(clause) {
				return true
			}
		}
	}
	return false
}

// instruction holds for a sentence that begins with a verb which is no noun.
func instruction(s string) bool {
	first, rest, _ := strings.Cut(strings.ToLower(strings.TrimSpace(s)), " ")
	second, _, _ := strings.Cut(rest, " ")
	return verbs[first] && !statesFact[second] && (!nounVerbs[first] || first == "see" || articles[second])
}

// commandTitle holds for a heading that tells to do something: "Rotate the
// key". Words that are nouns as often need an article after them.
func commandTitle(title string) bool {
	first, rest, _ := strings.Cut(normalTitle(title), " ")
	second, _, _ := strings.Cut(rest, " ")
	return verbs[first] && second != "" && (!nounVerbs[first] || articles[second])
}

var articles = wordSet(`the a an that if whether all your for each every any`)

var nounVerbs = wordSet(`access alert audit pass fail triage test back backup block change check clean commit contact display document email file filter force function
	group help host if issue label link list log login manage mark mount name open order page patch place plan point post power
	process query record release report request resource result review route run schedule search secure see service set show sign
	snapshot source stage start stop store tag target track trigger type update upgrade use view visit wait watch work`)

// taskTitle holds for a heading that names a task: "Rotate the key" or
// "Rotating the key".
func taskTitle(title string) bool {
	word, _, _ := strings.Cut(normalTitle(title), " ")
	return (verbs[word] && word != "if") || gerund(word)
}

// namesTask holds for a heading that names a task beyond doubt, with what it
// is about: "Rotate the key", "Rotating the key", and not "Triage flow".
func namesTask(title string) bool {
	word, object, _ := strings.Cut(normalTitle(title), " ")
	return commandTitle(title) || (object != "" && gerund(word))
}

// gerund holds for "rotating" and its like.
func gerund(word string) bool {
	stem, isGerund := strings.CutSuffix(word, "ing")
	if !isGerund || len(stem) < 2 {
		return false
	}
	doubled := len(stem) > 2 && stem[len(stem)-1] == stem[len(stem)-2]
	return verbs[stem] || verbs[stem+"e"] || (doubled && verbs[stem[:len(stem)-1]])
}

var (
	englishWords = wordSet(`the and to of is for with from this that be are on it if when not`)
	foreignWords = wordSet(`el los las que del para con una por se y en der die das und ist nicht mit auf den ein eine le les des
		est une pour dans avec sur et du os um uma não com il che di per una gli het een van niet voor na se`)
)

// isEnglish compares how often the small words of English and of its
// neighbours occur. Text in another script is not English either.
func isEnglish(text string) bool {
	english, foreign, wide := 0, 0, 0
	for word := range strings.FieldsSeq(text) {
		switch word = strings.ToLower(word); {
		case englishWords[word]:
			english++
		case foreignWords[word]:
			foreign++
		case len(word) > 3 && word[0] >= 0xc8: // Cyrillic and beyond; emoji stand alone
			wide++
		}
	}
	return english >= foreign && english*2 >= wide
}
