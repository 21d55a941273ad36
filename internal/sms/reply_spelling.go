package sms

import (
	"strings"
)

// usualSpelling gives the word that a folded one stands for, in the vocabulary of the
// rules on replies, or "" for one that carries no meaning there.
func usualSpelling(word string) string {
	if word == "." || word == "?" {
		return word
	}
	word = squeeze(undoLeet(word))
	if usual, ok := usualSpellings[word]; ok {
		return usual
	}
	if !wellSpelled[word] {
		if near, ok := nearWord(word); ok {
			return usualSpellings[near]
		}
		if isOneSlip(word, "stop") {
			return "stop"
		}
	}
	return word
}

// undoLeet reads the digits and signs that stand for letters, as in "st0p" and "$top".
func undoLeet(word string) string {
	if strings.Trim(word, "0123456789") == "" {
		return word
	}
	return strings.NewReplacer("0", "o", "$", "s", "@", "a", "3", "e", "1", "i").Replace(word)
}

// squeeze writes a letter once that stands three times or more in a row: "stoooop".
func squeeze(word string) string {
	var out strings.Builder
	run := 0
	runes := []rune(word)
	for i, r := range runes {
		run++
		if i+1 < len(runes) && runes[i+1] == r {
			continue
		}
		if run > 2 && (r < '0' || r > '9') {
			run = 1
		}
		out.WriteString(strings.Repeat(string(r), run))
		run = 0
	}
	return out.String()
}

// nearWord finds a word of at least five letters one slip away: a letter more, less or
// other, or two in the wrong order.
func nearWord(word string) (string, bool) {
	for _, target := range correctable {
		if isOneSlip(word, target) {
			return target, true
		}
	}
	return "", false
}

func isOneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i == len(a) || a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// usualSpellings maps what people type to the words that the rules are written in.
// The key of each row is such a word; "" takes words out that change no meaning.
var usualSpellings = spellingTable(spellingRows)

var spellingRows = map[string]string{
	"": `please pls plz plez plse plss plzz pleas pleae plase pleease kindly just really seriously literally honestly already now asap
		immediately anymore again ever damn dang goddamn fucking fuckin fking fkn freaking freakin frickin effing bloody fcking
		thanks thank thx thnx tks ty tysm hey hi hello yo hola buenas omg omfg ugh uh um lol lmao smh ffs wtf bro bruh dude man guys
		sir maam mam miss sorry bc cuz because porfa porfavor porfabor pofavor porfabor porfis favor xfa xfavor gracias grax pf fa disculpe disculpa perdon
		senor senora oye oigan inmediatamente ahora ahorita mismo nuevamente ya`,
	"stop":        `stop stp sotp stpo stopp stob stopo stap stahp stoop srop atop stope stopping stoping`,
	"quit":        `quit qit quiting quitting`,
	"you":         `you u yall youse ustedes usted uds ud`,
	"your":        `your ur yr youre`,
	"are":         `are r`,
	"dont":        `dont dnt donot dontt`,
	"cant":        `cant cannot`,
	"text":        `text texts txt txts texting txting txtin txtng textin textn textng txtn texing tex texs txet texr tect txs texto textos textx`,
	"message":     `message messages messaging msg msgs msgz mssg mssgs mesg mesgs mssge msging msgn mesage mesages massages sms mms mensaje mensajes msj msjs mjs mjes msjes mnsj mnsjs mensajito mensajitos messags messges`,
	"unsubscribe": `unsubscribe unsub unsubscribing unsubscribed unsuscribe unsubcribe unsubscribeme unsubscibe unsubscrib unsubsribe desubscribe desuscribir desuscribirme desuscribanme desuscribame desubscribirme`,
	"number":      `number numbers num numb nmbr numbr nbr numero numeros nro nmero`,
	"phone":       `phone fone cell cellphone cel celular telefono tel`,
	"list":        `list lists lst lista listas`,
	"remove":      `remove removing rmv remov remve`,
	"receive":     `receive receiving recieve recieving recive reciving recv`,
	"get":         `get getting gettin gettng`,
	"send":        `send sending sendin sendng`,
	"contact":     `contact contacting contactin`,
	"contacts":    `contacts contactos`,
	"bother":      `bother bothering botherin`,
	"spam":        `spam spamming spaming`,
	"harass":      `harass harassing harrass harrassing harasing`,
	"notice":      `notification notifications notif notifs alert alerts alerta alertas notificacion notificaciones aviso avisos recordatorio recordatorios reminder reminders update updates communication communications comunicacion comunicaciones promo promos promotions`,
	"mail":        `email emails emailing mail mails mailing correo correos newsletter newsletters letter letters carta cartas`,
	"call":        `call calls calling llamar llamando llamen llame llames llamadas llamarme llamada`,
	"want":        `want wanna wnt wants`,
	"subscribe":   `subscription subscriptions suscripcion subscripcion`,
	"que":         `que q k ke qe`,
	"de":          `de d`,
	"no":          `no noo nop`,
	"mas":         `mas más`,
	"wrong":       `wrong wrng rong`,
	"interested":  `interested intrested intersted interesado interesada`,
	"database":    `database databases db`,
	"consent":     `consent consented consenting`,
	"alone":       `alone`,
	"leave":       `leave`,
	"delete":      `delete deleting`,
	"recibir":     `recibir resibir resivir recivir recibiendo reciviendo`,
	"equivocado":  `equivocado ekivocado equibocado`,
	"escribir":    `escribir escrivir eskribir`,
	"escriban":    `escriban escrivan eskriban escribanme escrivanme`,
	"escriba":     `escriba escriva escribame`,
	"envien":      `envien enbien embien envienme`,
	"quiero":      `quiero kiero qiero quero`,
	"with":        `with w wit`,
	"this":        `this ths dis`,
	"never":       `never neva nvr nevr`,
	"stop text":   `stoptexting stoptextingme stoptext stoptxt`,
	"manden":      `manden`,
	"me":          `me m`,
	"from":        `from frm fr`,
}

// spellingTable turns rows of spellings round. A row's own word needs no mention.
func spellingTable(rows map[string]string) map[string]string {
	table := make(map[string]string)
	for usual, spellings := range rows {
		for _, s := range strings.Fields(spellings) {
			table[s] = usual
		}
	}
	return table
}

// correctable are the words whose slips are corrected.
var correctable = strings.Fields(`unsubscribe unsubscribed message messages messaging texting receive receiving sending
	remove contacting bothering harassing spamming number consent delete please mensaje mensajes recibir numero equivocado
	telefono notifications notificaciones thanks leave
	manden escriban envien suscripcion`)

// wellSpelled are words one slip away from a correctable one that are meant as they are.
var wellSpelled = wordSet(`shop step stoop slop atop top spot stomp strop sto stow stops estop scoop sloop swop ston stob snop testing
	resting nesting vexing massage passage removed remover removes receiver received receives receiving lending
	sanding pending bending ending vending mending fending spending deleted deletes lumber slumber contracting
	consents contacted numeros mensajes leaves leaver heave weave leaven sleeve plead peace lease thank pleased
	pleases sensing seeding tending wending messaged mensajero scamming slamming spanning rending mandan mandes
	manda mande mandon anden manded escriben escribas escriba envian envie envies envio hounding bothered recibi
	recibio recibe reciben recibo recibido reciba`)

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// replyIdioms join what several words say.
var replyIdioms = []struct {
	pattern pattern
	with    string
}{
	{compile(` do not | don t `), " dont "},
	{compile(` can not | can t `), " cant "},
	{compile(` any more | por `), " "},
	{compile(` did not `), " didnt "},
	{compile(` do nt `), " dont "},
	{compile(` dont me `), " no me "},
	{compile(` de no `), " no "},
	{compile(` hear (?:back )?from (?:you|your|this|any of you|them) `), " contact "},
	{compile(` un subscribe | un suscribe | un subscrib `), " unsubscribe "},
	{compile(` optout | optme out | opt ot | otp out `), " opt out "},
	{compile(` data base | base de datos `), " database "},
	{compile(` text message `), " text "},
	{compile(` (?:phone number|number phone|number de phone) `), " number "},
	{compile(` (?:text|message|phone|call|mail|marketing|distribution|contact|calling) list `), " list "},
}
