package phonenet

// phrases are what people type on phones, in one language.
type phrases struct {
	yesNo, questions, thanks, odd []string
}

var english = phrases{
	yesNo: []string{
		"Yes", "yes", "YES", "Y", "yep", "yeah I'll be there", "yes please", "sure", "No", "no", "NO", "nope",
		"no thanks", "N", "not this time", "yes but I will be late", "maybe, can I tell you tomorrow?", "yes!! 🎉",
	},
	questions: []string{
		"when is it due?", "What time do you open?", "does it cost anything", "can i do it online",
		"where do I park", "who is this?", "Do I need to bring anything?", "can I change my appointment",
		"is there a waitlist", "how do i sign up", "What's the address again?", "can my mom come with me",
		"I lost the link, can you send it again?", "whats the phone number to call",
		"i already sent it last week, did you get it?", "Can somebody call me? I got a letter about this",
		"how long does it take", "is it open on saturday", "do you take insurance", "What if I miss the deadline?",
		"my password doesnt work", "do i have to do this every year", "is this for part time too?",
		"what documents do u need", "can i get an extension", "Is there a bus that goes there?",
	},
	thanks: []string{
		"ok thanks", "Thank you!", "thx", "Got it 👍", "ok", "will do", "perfect thank you so much", "👍", "🙏",
		"great, see you then", "ok cool", "Thanks for the reminder", "done!", "k", "awesome thanks",
	},
	odd: []string{
		"wrong number", "I moved to Ohio in June", "new phone who dis", "please call me after 5", "??", "😂",
		"this is her sister, she is at work", "I'd rather talk to a person", "sorry was driving. what is this about",
		"ur link is broken", "please stop texting me", "i think this was for my son",
	},
}

var spanish = phrases{
	yesNo: []string{
		"Sí", "si", "SI", "sí, gracias", "claro que sí", "No", "no gracias", "no puedo", "sí pero llego tarde",
		"tal vez, ¿le aviso mañana?",
	},
	questions: []string{
		"¿Cuánto cuesta?", "¿Puedo llenarla en español?", "a que hora abren", "¿Dónde queda?",
		"¿Qué documentos necesito?", "cuando es la fecha limite", "¿Puede llamarme alguien?",
		"¿tengo que ir en persona?", "no me funciona el enlace", "¿Puedo llevar a mi mamá?",
		"¿Hay alguien que hable español?", "ya lo mandé la semana pasada",
	},
	thanks: []string{"gracias", "Muchas gracias", "ok gracias 🙏", "listo", "perfecto", "👍", "está bien", "ahí estaré"},
	odd: []string{
		"número equivocado", "¿quién es?", "estoy manejando, le escribo luego", "no me escriban más por favor",
		"ese es el teléfono de mi hija",
	},
}
