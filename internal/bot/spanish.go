package bot

import (
	"slices"
	"strings"
	"sync"
)

// stemSpanish leads the forms of a Spanish word, without accents, back to one:
// "ayúdame", "ayudarnos" and "ayuden" to "ayud", "quiero" and "quisiera" to "quer".
func stemSpanish(w string) string {
	return foldConsonant(foldDiphthong(cutSuffix(withoutPronouns(w), suffixesSpanish)))
}

// suffixesSpanish are the endings of nouns, adjectives and regular verbs, the
// longest first.
var suffixesSpanish = slices.Concat(
	strings.Fields("amientos imientos"),
	strings.Fields("amiento imiento aciones iciones ariamos eriamos iriamos"),
	strings.Fields("adores edores idores adoras edoras idoras ciones siones idades isimos isimas amente abamos aremos eremos iremos asteis isteis"),
	strings.Fields("acion icion adora edora idora isimo isima iendo yendo ieron ieran ieras arian erian irian arias erias irias mente abais"),
	strings.Fields("ador edor idor cion sion idad ando amos emos imos aban abas ados adas idos idas aste iste aron aria eria iria iera oras ores aran aras iais"),
	strings.Fields("aba ado ada ido ida ian ias ara ora ais eis"),
	strings.Fields("ia io ar er ir or an en as es os"),
	strings.Fields("a e o s"),
)

// verbsSpanish maps the irregular forms of verbs to their infinitives, and these
// to themselves.
var verbsSpanish = sync.OnceValue(func() map[string]string {
	infinitive := map[string]string{}
	for _, line := range readSections(verbsSpanishList)[0].lines {
		verb, forms, _ := strings.Cut(line, " = ")
		for _, form := range append(strings.Fields(forms), verb) {
			infinitive[form] = verb
		}
	}
	return infinitive
})

// pronounsSpanish are those that follow a verb in one word, the longest first.
var pronounsSpanish = strings.Fields("melos melas selos selas telos telas noslo nosla melo mela selo sela telo tela nos les los las me te se le lo la os")

// withoutPronouns cuts the pronouns off a verb and leads an irregular form to its
// infinitive: "dímelo" to "decir".
func withoutPronouns(w string) string {
	if verb, ok := verbsSpanish()[w]; ok {
		return verb
	}
	for _, pronoun := range pronounsSpanish {
		rest, ok := strings.CutSuffix(w, pronoun)
		if !ok {
			continue
		}
		if verb, ok := verbsSpanish()[rest]; ok {
			return verb
		}
		if takesPronoun(rest, pronoun) {
			return rest
		}
	}
	return w
}

const (
	// shortestInfinitive keeps "parte" and "suerte" whole.
	shortestInfinitive = 5
	// shortestImperative keeps "tome" and "llame" whole.
	shortestImperative = 4
)

// takesPronoun tells whether what is left without a pronoun is a verb. Infinitives
// and gerunds are told by their endings; an imperative ("ayúdame") is only told
// from a noun ("restaurante", "hermanos") where the pronoun is "me".
func takesPronoun(rest, pronoun string) bool {
	switch {
	case endsIn(rest, "ando", "endo"):
		return true
	case endsIn(rest, "ier", "uer"): // "advierte"
		return false
	case endsIn(rest, "ar", "er", "ir"):
		return len(rest) >= shortestInfinitive
	case strings.HasPrefix(pronoun, "me"):
		return len(rest) >= shortestImperative && endsIn(rest, "a", "e", "an", "en")
	}
	return false
}

func endsIn(w string, endings ...string) bool {
	return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(w, e) })
}

// foldDiphthong undoes what stress does to a stem's last vowel: "cierr" is
// "cerr", "cuest" is "cost".
func foldDiphthong(w string) string {
	last := strings.LastIndexAny(w, "aeiou")
	if last < 2 || w[last] != 'e' {
		return w
	}
	switch before := w[last-2]; {
	case w[last-1] == 'i':
		return w[:last-1] + w[last:]
	case w[last-1] == 'u' && before != 'q' && before != 'g':
		return w[:last-1] + "o" + w[last+1:]
	}
	return w
}

// foldConsonant undoes what spelling does to a stem's last consonant before e and
// i: "busqu" is "busc", "pagu" is "pag".
func foldConsonant(w string) string {
	for _, f := range [][2]string{{"zc", "c"}, {"qu", "c"}, {"gu", "g"}, {"z", "c"}, {"j", "g"}} {
		if rest, ok := strings.CutSuffix(w, f[0]); ok {
			return rest + f[1]
		}
	}
	return w
}
