package ground

import (
	"strings"

	"github.com/ragdiag/ragdiag/internal/text"
)

// classes are closed classes of common nouns that questions ask for: by the
// question's word, each value and, behind the colon, the words that say it.
var classes = map[string][]string{
	"sport": {
		"football: footballer soccer football", "american football: nfl linebacker quarterback touchdown touchdowns cornerback", "australian football: afl", "basketball: basketball nba wnba", "baseball: baseball mlb pitcher outfielder",
		"ice hockey: hockey nhl", "tennis: tennis atp", "golf: golf golfer pga", "cricket: cricket cricketer", "rugby: rugby", "boxing: boxing boxer", "wrestling: wrestling wrestler",
		"cycling: cycling cyclist", "swimming: swimming swimmer", "rowing: rowing rower", "athletics: athletics sprinter hurdler marathon", "volleyball: volleyball", "handball: handball", "lacrosse: lacrosse",
		"hurling: hurling hurler camogie", "softball: softball", "skiing: skiing skier", "skating: skating skater", "racing: nascar racing formula racer", "judo: judo judoka", "fencing: fencing fencer", "water polo: polo",
		"badminton: badminton", "snooker: snooker", "darts: darts", "curling: curling curler", "bobsleigh: bobsleigh", "gymnastics: gymnastics gymnast", "karate: karate", "sailing: sailing sailor", "chess: chess", "bowls: bowls", "squash: squash", "archery: archery archer",
	},
	"occupation": {
		"politics: politician mayor senator congressman minister governor mp", "football: footballer", "acting: actor actress", "music: musician singer guitarist drummer songwriter composer pianist", "writing: writer author novelist poet playwright",
		"journalism: journalist reporter", "law: lawyer judge attorney barrister jurist solicitor", "medicine: physician surgeon doctor nurse", "science: scientist physicist chemist biologist", "history: historian", "art: painter artist sculptor",
		"architecture: architect", "engineering: engineer", "business: businessman businesswoman entrepreneur banker executive merchant", "church: bishop priest minister clergyman archbishop", "military: soldier officer general admiral",
		"film: director filmmaker producer", "cricket: cricketer", "baseball: pitcher baseball outfielder", "basketball: basketball", "ice hockey: hockey", "racing: racer driver", "academia: professor academic economist philosopher",
		"cycling: cyclist", "swimming: swimmer", "golf: golfer", "boxing: boxer", "athletics: sprinter", "photography: photographer", "comedy: comedian", "dance: dancer choreographer", "rugby: rugby", "tennis: tennis", "modelling: model", "broadcasting: broadcaster presenter",
	},
	"party": {
		"republican: republican republicans", "democratic: democratic democrat democrats", "labour: labour labor", "conservative: conservative conservatives tory", "liberal: liberal liberals whig", "green: green greens",
		"communist: communist", "socialist: socialist", "independent: independent", "nationalist: nationalist",
	},
	"genre": {
		"rock: rock", "pop: pop", "jazz: jazz", "country: country", "metal: metal", "hip hop: rap hop", "folk: folk", "punk: punk", "soul: soul", "blues: blues", "electronic: electronic techno house", "classical: classical",
		"drama: drama", "comedy: comedy", "thriller: thriller", "horror: horror", "action: action", "romance: romance romantic", "science fiction: fiction", "documentary: documentary", "crime: crime", "fantasy: fantasy", "western: western", "puzzle: puzzle", "strategy: strategy", "platform: platform platformer", "shooter: shooter", "adventure: adventure",
	},
}

// classWords are other words of a question for the same class.
var classWords = map[string]string{"sport": "sport", "sports": "sport", "profession": "occupation", "occupation": "occupation", "job": "occupation", "party": "party", "genre": "genre"}

// byWord has the classes with their values by word.
var byWord = func() map[string]map[string]string {
	out := map[string]map[string]string{}
	for name, list := range classes {
		words := map[string]string{}
		for _, entry := range list {
			value, said, _ := strings.Cut(entry, ": ")
			for _, w := range strings.Fields(said) {
				words[w] = value
			}
		}
		out[name] = words
	}
	out["sport"]["american football"] = "american football"
	out["sport"]["australian football"] = "australian football"
	out["sport"]["gaelic football"] = "gaelic football"
	return out
}()

// classOf returns the class that an English question asks for, or nil.
func classOf(q *text.Doc) map[string]string {
	if q.Lang != "en" && q.Lang != "" || len(q.Tokens) == 0 {
		return nil
	}
	switch q.Tokens[0].Text {
	case "what", "which":
	default:
		return nil
	}
	for _, t := range q.Tokens[1:min(len(q.Tokens), headAfter+1)] {
		if c := classWords[t.Text]; c != "" {
			return byWord[c]
		}
	}
	return nil
}
