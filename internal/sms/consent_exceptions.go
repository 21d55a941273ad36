package sms

// quotedInstruction is our own "Reply STOP to opt out", quoted or asked about.
var quotedInstruction = rule(
	`(?:reply|text|respond|send|type|write|responda|envie|answer|say|says)(?: with)?(?: the word)? stop (?:to|para|2) (?:opt out|unsubscribe|end|quit|cancel|stop|cancelar|no recibir)(?: (?:text|message))?`,
	`(?:if|when|once|what happens if|should) (?:i|we|you|someone|anyone|people) (?:reply|text|respond|send|type|say|write)(?: with)?(?: the word)? (?:stop|unsubscribe|cancel|quit)`,
	`what (?:does|is|do)(?: reply| text| the| word| it mean to)* (?:stop|unsubscribe|opt out|opt) (?:mean|do|for|means)`,
)

// undoings are sentences of people who want to stay.
var undoings = rule(
	`(?:dont|didnt|not|never|no) (?:want|mean|meant|wish|trying|intend|asked|plan|quiero|tried)(?: for)?(?: you| me)? (?:to )?(?:be )?(?:stop|quit|unsubscribe|opt|opt out|end|cancel|cancelar|remove|removed|delete|deleted|taken off|get off|leave|off|salir|darme de baja|que me quiten|que me saquen|que me borren|que paren)`,
	`(?:dont|never) (?:unsubscribe|remove|delete|take|opt|drop|quit|cancel|erase|stop)`,
	`(?:dont|cant|wont|never|couldnt|didnt|doesnt|not|wouldnt) (?:ever )?(?:stop|quit)`,
	`no (?:me )?(?:`+quita+`(?:e|en|es|enme|eme)|den de baja|dejen de|pares|paren)`,
	`(?:accident|accidentally|accidently|mistake|mistakenly|resubscribe|resubscribed|add me back|sign me back|put me back|sin querer|accidente|otra vez en la list)`,
	`why (?:was|were|am|did) (?:i|you|we|my \w+)(?: get)? (?:unsubscribe|removed|remove|opted|dropped|deleted|taken|opt)`,
	`(?:never|didnt|dont)(?: \w+)? (?:said|say|text|texted|sent|meant|ask|asked|typed?)(?: \w+)? (?:stop|quit)`,
	`^ deje de (?:recibir|receive)`,
)

// decoys are turns of speech with a request in them that ask for nothing from us.
// What they cover counts as a word about something else.
var decoys = rule(
	`(?:bus|train|next|last|first|truck|pit|rest|full|one|metro|shuttle|tram|subway|tour|non|short|door|the|a|that|which|what|every|each|my|our|second|final|express|whistle|wrong|right|closest|nearest|\d+) stop`,
	`stop (?:\d+|me if)`,
	`no stop (?:sign|signs|light|lights|at|on|in|there)`,
	`stop (?:by|in|over|at|off|out|sign|signs|light|lights|loss|payment|payments|watch|work|working|motion|gap|near|for|on|number)`,
	`where do i (?:stop|quit)`,
	`(?:let me|nothing can|nothing will|cant nobody) (?:stop|end)`,
	`sin parar`, `quit time`,
	`no bother`,
	`(?:quiero|queria|quise) molestar`,
	`no (?:mande|envie|escribi) (?:el|la|mi|todavia|aun|un|una)`,
	`(?:cancel|delete) (?:that|my|the) last`,
	`(?:to do|todo|my|our) list`,
	`(?:he|she|it|they|we|class|classes|registration|bus|buses|plan|app|shuttle|aid|payments?|teacher|son|daughter|kid|internet|wifi|rain|website|site|that|who|insurance|phone|number|i) (?:will|might|may|would|did|does|do|has|have|had|is going to|are going to|is gonna|need to|needs to|have to|has to|had to|can|could|should|must) (?:stop|quit|end|cancel)`,
	`(?:he|she|they|we|classes|buses|shuttles|who) (?:stop|quit)`,
	`(?:when|where|what time|what day|how late|how long|what date|how soon) (?:do|does|did|will|is|are|should|can|would|could) (?:the |your |my )?(?:they|we|he|she|it|bus|aid|gym|fee|\w{4,})(?: \w+){0,2} (?:stop|end|quit|cancel)`,
	`(?:did|do|does|will|would) (?:the|my|your|it|he|she|they|class|classes) (?:\w+ ){0,2}(?:stop|end|quit|cancel)`,
	`(?:get|make|tell|told|ask|asked|want|help|let) (?:my \w+|him|her|kids?|students?|people|myself|our \w+|the \w+) (?:to )?(?:stop|quit)`,
	`text (?:and|while|n|or) (?:driv\w+|walk\w+)`,
	`(?:weekend|week|year|semester|term|month|day|class|the|dead|high|front|back|west|east|north|south|rear|at|by|in|spring|fall|summer|an|near|until) end`,
	`(?:waiting|wait|espera|class|housing|guest|packing|shopping|deans|supply|reading|book|grocery|price|check|honor|volunteer) list`,
	`list (?:de (?:espera|utiles|clases?|libros|materiales|honor|invitados)|(?:for|of|para) \w+)`,
	`(?:i|you|they|we|he|she|who|why|parents|mom|dad|son|daughter|people|professors?|teachers?|advisor) (?:dont|never|no longer|cant|didnt|not) (?:ever |even |usually |always |know how to |have time to |like to )?(?:text|message|contact|receive|get|write|bother|spam|notice|call)`,
	`why (?:dont|cant) (?:you|they|we|i) (?:text|message|contact|send|write|call)`,
	`(?:have|got|get|had|received|receive|see|there are|there is|has|getting|with) (?:no|any)(?: more)?`,
	`no (?:text|message|notice|mail|call|contact|number|list|phone) (?:was|were|came|yet|from|received|has|have|arrived|in|shows?|about|info|attached)`,
	`dont (?:text|message|call|contact|write|tell|bother) (?:him|her|them|and|or|while|my|the|in all caps)`,
	`(?:want|mean|hate|sorry) to bother`, `bother (?:with|to|about|coming|sending|if|the|my|anyone|asking)`, `dont bother $`,
	`(?:gave|give|given|i have|put|entered|typed|listed|wrote|had|used|dialed|sent|called|call) (?:you |them |him |her )?(?:the |a |my |an )?wrong \w+ ?(?:number)?`,
	`(?:puse|di|escribi|marque|anote|tengo|dieron) (?:el|un|mi) number equivocado`,
	`(?:quiero|want to|need to|como|how do i|how to|can i|puedo|puede|pueden|i) (?:stop|quit|end|cancel|cancelar|terminar) (?:going|taking|being|attending)`,
	`(?:drop|get|give|take|leave|send|shoot) (?:me|us) (?:a|an|some)`,
	`drop (?:me|us) off`,
	`(?:antes|despues|fin|dejar|deje|dejen|dejo|deja) de (?:la|el|los|las|un|una|semana|mes|ano)`,
	`(?:no|nunca) (?:me |nos )?(?:mandaron|enviaron|escribieron|han|ha|has|llego|llegaron|llega|llegan|mandan|manda|envian|escriben|escribe|contactaron|llamaron|mandaste|enviaste|escribiste|mandado|aparece|contestan|contestaron|responden|tengo|recibo|recibi|hay|vi|puedo)`,
	`alto (?:y|nivel|costo|riesgo|promedio|rendimiento)`, `(?:muy|mas|tan|mal|en|lo|es) alto`,
	`(?:muy|planta|calle|nota|presion|estatura|temporada) baja`, `baja (?:calificacion|nota|california|visibilidad|temporal)`, `(?:eso|no|me) basta`,
)

// joy is in replies where "stop!" is a cry. It is looked for in the folded body.
var joy = compile(`\b(?:kidding|won|excited|yay|a*(?:ha){2,}h?|a*(?:ja){2,}j?|no way|got in|i got|accepted|love|funny|` +
	`hilarious|crazy|amazing|omg|lol|lmao|aww+|gane)\b|😂|🤣|🎉`)

// questions are openings that make a question of what sounds like an opt-out.
var questions = rule(
	`^ (?:so |and |but |ok |wait |then |y |pero )?(?:does|did|do you|do they|do the|when|whens|why|will (?:the|it|this|they|i|my|we)|has|have you|are|what if|what happens|was|were|am i|cuando|por que|si|cuanto|hay|sera)`,
	`^ stop .*\? $`,
	`should i`,
	`(?:pretending|acting|asking if|mean|means|meaning|wondering|afraid|worried|happens)`,
	`(?:the|my|your|an) (?:app|website|portal|site)`,
)

// pauses follow a request that is not for ever or not for all.
var pauses = rule(
	`(?:until|till|til|while|during|at work|at night|in class|tonight|tomorrow|this week|on (?:weekends?|\w+days?)|for (?:a|the) (?:few |couple of )?(?:days?|weeks?|months?|while|bit|summer|semester)|late|early|hasta|tarde|temprano|en clase|en el trabajo|esta semana|mientras|despues|antes|(?:los |el )?(?:domingos?|sabados?|lunes)|de noche|manana)`,
	`(?:after|before|at|around|past|until) \d\w*`,
	`after (?:i|we|the|my|class|school|work|hours)`,
	`(?:unless|so (?:much|many|often))`,
	`(?:mail|call|facebook|instagram|whatsapp|ingles|english|spanish|espanol)`,
)
