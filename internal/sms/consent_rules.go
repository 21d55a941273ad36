package sms

import (
	"strings"
)

// The rules below are regular expressions over one sentence of a normal reply (see
// normalReply): usual spellings between single spaces, courtesies gone.

// rule compiles alternatives, each over whole words, into one expression.
func rule(alternatives ...string) pattern {
	var parts []string
	for _, a := range alternatives {
		if !strings.HasPrefix(a, "^") {
			a = " " + a
		}
		if !strings.HasSuffix(a, "$") {
			a += " "
		}
		parts = append(parts, "(?:"+a+")")
	}
	return compile(strings.Join(parts, "|"))
}

// Parts of rules.
const (
	dont   = `(?:dont|never|not to|must not|should not|shouldnt|no)`
	person = `(?:me|us|mine|number|phone|(?:my|mi|this|the|our|su|her|his|their|dis|that)(?: \w+)? (?:number|phone|line|info|information|contact|contacts|data|datos))`
	que    = `(?:me |nos |le |les |vuelv\w+ a |sig\w+ |est\w+ |quiero que |deseo que |autorizo que |mas )*`
	erase  = `(?:remove|removed|delete|deleted|erase|scratch|scrub|clear|cross|strike|wipe|purge|exclude|unlist|unenroll)`
	takes  = `(?:take|taken|get|drop|cut|pull|strike|cross|scratch|clear|leave|keep)`
	quita  = `(?:quit|borr|elimin|retir|tach|saqu|sac|remuev|desapunt)`
	forms  = `(?:a|e|ar|en|an|as|es)`
)

// requests are the ways to ask for texts to end.
var requests = []request{
	{needs: onlySmallWords, head: rule(
		`(?:stop|quit|cease|halt|discontinue|desist|stopall|refrain from)`, `(?:como|donde) (?:paro|detengo|cancelo)`,
		`(?:parar|pare|paren|parale|parenle|detener|detengan|detenga|cesar|cesen|cese|suspender|suspendan|suspenda|alto)`,
		`(?:dejar|dejen|deje|deja|dejes|dejenme|dejeme|dejame|terminen|eviten) de`,
		`^ (?:baja|basta)`, `^ para(?: de)? $`, `^ (?:salir|cancelar|dejenme) $`,
	)},
	{needs: nothingElse, head: rule(
		`(?:unsubscribe|opt out|opt (?:me|us|number|my number|this number) out|opting out|opted out)`,
		`(?:dar|darme|darnos|denme|deme|dame|den|doy|dan|pido|solicito|quiero|una) (?:de |su |mi )?(?:la )?baja`,
		`(?:desinscrib|desafili|desvincul|dessuscrib|desuscrib)\w+`, `sign me off`, `no(?: sigan?)? insist\w+`, `(?:not|arent|isnt|never) (?:allowed|authorized|permitted) to (?:text|message|contact|call)`,
		erase+` `+person,
		takes+` `+person+` (?:\w+ )?(?:off|out|of your)`,
		`(?:be|get|been) (?:removed|deleted|taken off|taken out|unsubscribe)`,
		quita+forms+`?(?:me|nos)`,
		quita+forms+`? (?:a )?(?:mi|este|el|nuestro|mis|my|ese) (?:number|phone|contact|contacto|datos|info)`,
		`(?:que )?me (?:puede |pueden |podria |podrian )?`+quita+forms,
		`(?:want|like|wish|ask|asking|request|requesting|asked|need|prefer|demand)(?: (?:for|that|my number|number|me|you|to|be|get|have))* (?:removed|taken off|deleted|off|unsubscribe|opted out|remove|taken out)`,
		`(?:removed|taken off|off|deleted|removed off) (?:from|of)`,
		dont+` (?:ever |to |you |be |try to )*(?:text|message|contact|bother|harass|disturb|spam|solicit|write) (?:me|us|number|this|dis|it|here|any|my number|my phone|to me)`,
		`^ (?:ok |hi |and |que |i said |wrong number |not interested )*(?:dont|never|not to) (?:ever )?(?:text|message|contact|harass|disturb|spam)`,
		dont+` (?:ever )?send (?:(?:me|us) )?(?:me|us|any|anything|nothing|these|this|more|info|information)`,
		`no (?:quiero|deseo)(?: seguir| volver a)? (?:recibir|receive)`,
		`(?:dont|never|no longer|not) (?:want|wish|like|care|need)(?: to)?(?: be)? receive`, `(?:rather not|prefer not)(?: to)? receive`,
		`(?:rather not|prefer not)(?: to)? (?:get|be) (?:these|this|them|text|message|texted|contacted)`,
		`no `+que+`(?:mand|envi)(?:e|en|es) (?:mas|nada|ninguno)`,
		`(?:no|nunca) (?:di|doy|he dado|tienen|tiene|les di|dimos)(?: \w+)? (?:permiso|autorizacion|consentimiento)`,
		`you (?:no longer|dont|do not) have(?: my)? (?:permission|consent)`,
		`no `+que+`(?:escrib(?:a|an|as|ir|irme|iendo|iendome|anme)|texte(?:e|en|es|ar|ando|eme|enme)|textee\w*|contact(?:e|en|es|ar|arme|ando)|mensaje(?:e|en|es|ar)|fastidi\w+|hostig\w+|hablen|busquen)`,
		`no `+que+`(?:moleste|molesten|molestes|molestando|molestarme)`, `^ (?:de )?no molestar`,
		`no (?:me |nos )?(?:call|mail) (?:ni|y|o) (?:me |nos )?(?:text|message|escriban|escriba|manden|mande|envien)`, `no `+que+`(?:escriban|escriba|manden|mande) ni`,
		`no (?:me|nos) `+que+`(?:text|message|contact|bother|spam)`,
		`no (?:quiero que |deseo que )?(?:me|nos) `+que+`(?:mand|envi)(?:e|en|es|eme|enme|ar|arme|ando|andome|arnos)`,
		`(?:knock it off|cut it out|give it a rest|go away)`,
		`dont list`,
		`^ no (?:more |further |mas |future )*(?:text|spam|notice|contact)`,
	)},
	{needs: aList, head: rule(
		erase, takes, quita+`(?:o|a|e|ar|en|an|as|es)(?:me|nos)?`, `(?:salir|salgo|salirme|salgan)`, `(?:off|out|removal)`,
		`(?:want|need|get|like) (?:off|out)`,
	)},
	{needs: texts, head: rule(
		`(?:end|cancel|disable|deactivate|turn off|shut off|block|cancelar|cancelen|cancele|cancela|cancelo|terminar|terminen|apaguen|eliminar)`,
		`(?:dont|never|no longer|didnt|not|wont) (?:ever )?(?:want|wanted|wish|care|need|like|desire|appreciate|ask|asked|sign up|signed up|authorize|agree|consent|send|sending)`,
		`(?:dont|never|didnt|not) (?:have|give|gave|given)(?: \w+)? (?:permission|consent)`,
		`(?:not|no longer|isnt|no estoy) interested (?:in|en)`, `no me interesan?`,
		`(?:no|nunca) (?:quiero|deseo|necesito|quisiera|gustaria|pedi|autorizo|autorice|autorizado|acepto)`,
		`no `+que+`(?:mand|envi)(?:e|en|es|eme|enme|ar|arme|ando|andome|arnos)`,
		`(?:no|any|not|zero) (?:more|mas|other|another|further|future)`,
		`(?:no|dejar de|dejo de|evitar) (?:recibir|receive|me lleguen)`,
		`(?:sick|tired|fed up|done|enough|basta|harto|harta|cansado|cansada|canse) (?:of|with|con|de)`,
		`^ enough`,
		takes+` (?:me|us|my name)(?: \w+)? (?:off|from|out)`,
		`(?:want|need|get) (?:off|out)`,
		erase+` my name`,
		quita+forms+`? (?:a )?mi nombre`,
	)},
}

// firmStops leave no doubt, whatever else the sentence holds.
var firmStops = rule(
	`why (?:wont|cant|dont) you (?:stop|quit|leave me alone)`,
	`you (?:wont|dont|never) (?:stop|quit) (?:text|message|send|contact|bother|spam)`,
	`(?:told|asked|telling|asking|ask|tell) you(?: \w+)? (?:to |2 )?(?:stop|quit|leave me alone|remove me)`,
	`(?:i|ive|i have) (?:have |had |keep )?(?:said|say|saying|replied|text|texted|sent|typed|wrote|send|typing|put) (?:you )?(?:the word )?(?:stop|unsubscribe|no mas|quit)`,
	`cease and desist`,
	`(?:lose|loose|forget|erase|olviden?|pierdan?) (?:my|this|mi|este|our) (?:\w+ )?(?:number|contact|info)`,
	`(?:leave|let) (?:me|us|my phone|this phone|my number|this number) (?:the (?:hell|fuck|heck) |tf |the f )?(?:alone|be)`,
	`(?:fuck|f|piss|bugger|screw|eff|fck) off`, `fuck you`,
	`dej(?:en|e|a)(?:me|nos) (?:en (?:paz|pas)|tranquil[oa]s?|sol[oa])`,
	`(?:revoke|revoking|withdraw|withdrawing|retract|revoco|retiro) (?:any |all |my |the |mi |el )*(?:consent|permission|consentimiento|permiso|opt in|authorization|autorizacion)`,
	`(?:make|get) (?:it|this|these|them|the text|that|your text|these text|these message|those)(?: to)? stop`,
	`(?:text|message|contact|bother) (?:me|us) .*(?:will|ill|going to|gonna) (?:report|sue|block|call)`,
	`(?:will|ill|going to|gonna|am|im) (?:report|block|reporting|blocking|sue|suing) .*if (?:you|i get) .*(?:text|message|contact|stop)`,
	`if (?:you|they) (?:dont|keep)(?: \w+)? (?:stop|quit|remove|leave|text|message|contact|bother|spam) .*(?:report|block|sue|call|attorney|lawyer|legal|fcc|complain|complaint|police)\w*`,
	`(?:get lost|buzz off|bug off|back off|quit it) (?:\? )?$`,
	`(?:appreciate|love|great|nice|like|grateful|better)(?: it)? if you(?: could| would)? (?:stop|stopped|remove|removed|quit)`,
	`olvid(?:ense|ate|ese) de (?:mi|este number|me)`,
)

// endings are the words that a sentence about texting alone needs to be an opt-out.
var endings = rule(`(?:stop|quit|end|cease|refrain|desist|cancel|remove|delete|no longer|parar|eliminar|quitar|borrar|baja)`)

// wrongRecipient is somebody else's phone whose owner wants it forgotten.
var wrongRecipient = compile(` (?:wrong (?:number|person)|number equivocado)(?: \.| \w+){0,3} (?:remove|delete|erase|borr\w+|elimin\w+|quit\w+) `)

// maybes are for a person to read.
var maybes = rule(
	`wrong (?:number|person|guy|phone|girl|kid|family|contact)`,
	`(?:number|persona|phone) (?:equivocado|equivocada|incorrecto|incorrecta)`, `equivocado de (?:number|persona)`, `se equivoc\w+(?: de (?:number|persona))?`,
	`(?:this|it) (?:is not|isnt|is no longer|aint) (?:\w+ ){1,3}(?:number|phone)`,
	`este (?:no es|ya no es) (?:el )?(?:number|phone) de \w+`, `no es (?:el|mi|su) number`,
	`dont (?:text|message|contact) (?:me|us)`,
	`no (?:me|nos) (?:manden|envien|escriban)`,
	`(?:stop|quit)(?: \w+){0,5} (?:text|message)`,
	`unsubscribe`,
	`(?:remove|delete)(?: it)? (?:\? )?$`,
	`^ no message(?: .*)? $`,
	`turn (?:this|these|it|them) off`,
	`(?:you|this|these)(?: (?:is|are|was|were|feels like))?(?: (?:a|such|total|pure))? (?:spam|spammer|spammers|scam|harassment|harass)`,
	`(?:report|reporting|block|blocking|blocked) (?:you|this number|your number)`,
	`tcpa`, `dnc`,
	`why (?:do you|are you|do i|am i|you|are you all) (?:keep|still|always)? ?(?:text|message|get|send|spam|bother|harass|receive)`,
	`^ (?:no |okay |ok )?(?:no more|no mas|enough|ya estuvo|not any more|remove|cancel(?: (?:it|this|all))?|end(?: (?:it|this|all))?|cancel\w+|terminar|stop it|delete|get off) (?:\? )?$`,
	`(?:dont|no longer|not) want (?:this|these|it|any of this|any|none|nothing|any part) (?:\? )?$`,
	`(?:no quiero|no deseo) (?:nada|esto|mas|estos|saber nada)(?: de you)? $`,
	`never (?:sign|signed) up`, `didnt (?:sign|signed) up`, `never gave (?:you )?(?:my|permission)`,
	`(?:shut up|shut the \w+ up) (?:\? )?$`,
	`callense`, `callate`, `larguense`, `vayanse`,
)
