package sms

import "strings"

// answerPhrases are the words of short answers, folded and without apostrophes, with
// what they say: Yes, No, or Other for what only goes along with an answer.
var answerPhrases, longestAnswer = phraseTable(answerRows)

var answerRows = map[Reply]string{
	Yes: `yes, y, ye, yea, yeah, yeh, ya, yah, yas, yass, yep, yepp, yup, yupp, yessir, yes sir, yes maam, yus, yis,
		yess, ys, yse, tes, aye, sure, sure thing, for sure, fo sho, absolutely, definitely, def, definately,
		certainly, totally, of course, ofc, ok, okay, k, kk, okie, okey, okey dokey, oki, okk, alright, all right,
		aight, affirmative, correct, right, true, exactly, indeed, 100, yes yes, yes please, please do, i do, i am, i
		will, i can, i can make it, i can come, i can go, i can attend, can make it, we are, we will, we can, we do, i
		did, i have, ill be there, i will be there, ill be attending, i will be attending, ill attend, i will attend,
		im coming, i am coming, were coming, we are coming, im going, i am going, im attending, i am attending, see
		you there, see you then, see u there, see u then, see yall there, be there, ill come, i will come, ill go, i
		will go, count me in, im in, i am in, sign me up, sounds good, sounds great, sounds perfect, sounds fine, that
		works, works for me, that works for me, that sounds good, that sounds great, im interested, i am interested,
		very interested, interested, i want to, i want to go, i want to come, i would, id love to, i would love to,
		love to, would love to, id like to, i would like to, id like that, i would like that, happy to, gladly, with
		pleasure, lets do it, lets go, do it, go ahead, confirm, confirmed, i confirm, confirming, accept, accepted, i
		accept, agree, agreed, i agree, you bet, u bet, bet, heck yes, heck yeah, hell yes, hell yeah, oh yes, oh
		yeah, why not, perfect, thatll work, that will work, will do, will be there, planning on it, plan on it, i
		plan to, i plan to attend, wouldnt miss it, wont miss it, cant wait, i cant wait, looking forward to it,
		looking forward, still coming, still interested, im still interested, i am still interested, thats right, that
		is right, thats correct, that is correct, see you, see you all, claro, por supuesto que si, desde luego que
		si, si, sip, sii, sipi, sep, claro que si, por supuesto, desde luego, simon, afirmativo, correcto, cierto, asi
		es, exacto, de acuerdo, acepto, confirmo, confirmado, vale, va, ok va, sale, dale, orale, seguro, con gusto,
		con mucho gusto, ahi estare, alli estare, ahi estaremos, alli estaremos, ahi nos vemos, alla nos vemos, nos
		vemos, nos vemos ahi, nos vemos alla, si voy, si ire, voy a ir, ire, asistire, si asistire, voy, vamos, ahi
		voy, ahi voy a estar, me interesa, si me interesa, me gustaria, si me gustaria, si quiero, quiero, quiero ir,
		si puedo, puedo, puedo ir, si por favor, me apunto, apuntame, cuente conmigo, cuenten conmigo, cuenta conmigo,
		perfecto, esta bien, me parece bien, como no, encantado, encantada, obvio, a huevo, si se puede, 1000`,
	No: `no, n, nn, nop, nope, nopes, nah, naw, na, nay, noo, nooo, no no, no way, no sir, no maam, no thanks, no thank
		you, no thx, no ty, no tks, not interested, im not interested, i am not interested, not really interested, not
		at all, not really, not this time, not today, not this year, not this semester, not for me, im good, i am
		good, im good thanks, ill pass, i will pass, pass, hard pass, i pass, i cant, i can not, i cannot, cant,
		cannot, can not, cant make it, i cant make it, i cannot make it, cannot make it, cant come, i cant come, i
		cannot come, cant go, i cant go, cant attend, i cant attend, i cannot attend, cant do it, i wont, i will not,
		wont, wont be there, i wont be there, i will not be there, will not be there, wont be able to, i wont be able
		to, i will not be able to, wont be able to make it, i wont be able to make it, wont be able to attend, i wont
		be able to attend, i will not be able to attend, i will not be able to make it, wont be able to come, i wont
		be able to come, unable to attend, unable to make it, unable to come, im unable to attend, i am unable to
		attend, i am unable to make it, not able to, not able to make it, not able to attend, im not able to make it,
		i am not able to make it, wont make it, i wont make it, not going, im not going, i am not going, not coming,
		im not coming, i am not coming, not attending, im not attending, i am not attending, wont attend, i wont
		attend, i will not attend, wont be attending, i wont be attending, i will not be attending, will not be
		attending, wont be coming, i wont be coming, dont want to, i dont want to, i do not want to, i dont, i do not,
		im not, i am not, i didnt, i did not, i havent, i have not, i dont think so, dont think so, i do not think so,
		i think not, negative, negatory, decline, declined, i decline, incorrect, false, never, absolutely not,
		definitely not, certainly not, of course not, count me out, im out, i am out, unfortunately not, unfortunately
		no, unfortunately i cant, unfortunately i cannot, sadly no, sorry no, afraid not, no can do, heck no, hell no,
		oh no, not happening, no longer interested, im no longer interested, i am no longer interested, not anymore,
		not any more, no more, maybe next time, another time, next time, changed my mind, i changed my mind, no
		gracias, nel, nones, para nada, claro que no, por supuesto que no, no puedo, no puedo ir, no podre, no podre
		ir, no podre asistir, no voy, no voy a ir, no voy a poder, no voy a poder ir, no ire, no asistire, no podemos,
		no iremos, no quiero, no quiero ir, no me interesa, no estoy interesado, no estoy interesada, no por ahora,
		por ahora no, ahora no, hoy no, esta vez no, en esta ocasion no, ni modo, jamas, nunca, negativo, tampoco,
		mejor no, creo que no, no creo, no lo creo, no acepto, lamentablemente no, desafortunadamente no, no se puede,
		no asisto, no estare, no estare ahi, no estaremos, no va a poder ser, para la proxima, sera para la proxima, a
		la proxima`,
	Other: `please, pls, plz, thanks, thank you, thank u, thank you so much, thank you very much, thanks so much, thanks a
		lot, many thanks, thx, ty, tysm, thnx, tks, thanks for asking, thanks for the invite, thanks for inviting me,
		thanks for the invitation, thank you for asking, thank you for the invite, thank you for inviting me, thank
		you for the invitation, thanks for reaching out, thank you for reaching out, thanks for checking, thank you
		for checking, thanks for the reminder, thank you for the reminder, thanks for letting me know, thank you for
		letting me know, thanks anyway, thank you anyway, thanks though, thank you though, appreciate it, i appreciate
		it, much appreciated, though, tho, anyway, hi, hello, hey, good morning, good afternoon, good evening, hi
		there, hey there, sir, maam, mam, madam, mr, mrs, ms, team, yall, you, u, guys, everyone, dear, sorry, im
		sorry, i am sorry, so sorry, very sorry, im so sorry, sry, my apologies, apologies, unfortunately, sadly,
		regrettably, so, very, really, very much, so much, just, well, oh, ah, aw, aww, um, uh, lol, haha, hahaha, ha,
		hehe, jaja, jajaja, jeje, omg, yay, woohoo, woo, wow, great, awesome, cool, nice, amazing, wonderful,
		excellent, good, fine, sweet, i think, i guess, i believe, and, also, too, again, still, now, right now, at
		this time, at the moment, at this moment, for now, this time, there, then, it, that, this, with bells on, as
		planned, for asking, for the invite, for the invitation, for inviting me, but thank you, but thanks, but thank
		u, pero gracias, have a good day, have a great day, have a nice day, have a good one, god bless, god bless
		you, bless you, cheers, best, best regards, regards, respectfully, sincerely, bye, goodbye, take care, have
		fun, good luck, congrats, today, tomorrow, tonight, on saturday, on sunday, on monday, on tuesday, on
		wednesday, on thursday, on friday, saturday, sunday, monday, tuesday, wednesday, thursday, friday, next week,
		this week, this weekend, this year, this semester, this fall, this spring, that day, on that day, that
		weekend, im busy, i am busy, busy, im busy that day, i am busy that day, i have plans, i have other plans, i
		already have plans, other plans, have plans, prior commitment, i have a prior commitment, i have to work, i
		have work, have to work, i work, i work that day, working, im working, i am working, im working that day, have
		to work that day, i have to work that day, i have work that day, i have class, i have class that day, out of
		town, im out of town, i am out of town, ill be out of town, i will be out of town, im sick, i am sick, i have
		a conflict, i have another commitment, gracias, muchas gracias, mil gracias, gracias por todo, gracias por
		preguntar, gracias por la invitacion, gracias por invitarme, gracias por avisar, gracias por el recordatorio,
		muy amable, por favor, porfa, porfavor, hola, buenos dias, buenas tardes, buenas noches, buenas, senor,
		senora, senorita, disculpe, disculpa, disculpen, perdon, lo siento, lo siento mucho, una disculpa, muy, mucho,
		bien, muy bien, que bien, genial, excelente, lamentablemente, desafortunadamente, desgraciadamente, por
		desgracia, bueno, pues, entonces, tambien, todavia, hoy, manana, el sabado, el domingo, el lunes, el martes,
		el miercoles, el jueves, el viernes, ese dia, esta semana, tengo que trabajar, trabajo, tengo trabajo, trabajo
		ese dia, tengo que trabajar ese dia, estoy ocupado, estoy ocupada, estoy trabajando, tengo clase, tengo otros
		planes, ya tengo planes, estoy enfermo, estoy enferma, que tenga buen dia, que tengan buen dia, buen dia,
		saludos, bendiciones, dios los bendiga, dios le bendiga, hasta luego, adios, mi respuesta es, my answer is,
		the answer is, i say, i said, answer, respuesta, its a, it is a, thats a, that is a, es un, big, hard, solid,
		firm`,
}

func phraseTable(rows map[Reply]string) (table map[string]Reply, longest int) {
	table = make(map[string]Reply)
	for said, phrases := range rows {
		for phrase := range strings.SplitSeq(phrases, ",") {
			words := strings.Fields(phrase)
			table[strings.Join(words, " ")] = said
			longest = max(longest, len(words))
		}
	}
	return table, longest
}
