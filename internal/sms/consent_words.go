package sms

// The words below are in the spelling of a normal reply, see usualSpellings.

// textingWords name texts, sending them and what they are sent to.
var textingWords = wordSet(`text message notice spam contact bother harass pester annoy bug annoying bugging disturb hound solicit
	pestering number phone subscribe texted messaged contacted spammed notified bothered blast blasts texteando
	blowing blowin bombarding flooding escribir escribirme escribiendo escribiendome escriban escriba escribirnos
	textear textearme texteandome texteen mensajear mensajearme mensajeando contactar contactarme contactando
	contactado molestar molestarme molestando molestandome fastidiar fastidiando hostigar hostigarme acosar
	acosarme chingar chingando joder jodiendo hostigando propaganda publicidad`)

// listWords name where senders keep the people they text.
var listWords = wordSet(`list contacts database system records directory rolodex subscribers sistema registro registros directorio`)

// channelWords name other ways to reach a person. A wish to be left alone by one of
// them may be meant for all.
var channelWords = wordSet(`mail call facebook instagram whatsapp`)

// subjectWords begin what is said about a request, not what it is about.
var subjectWords = wordSet(`i im ive ill id we were wrong not because belongs belong thats who its theyre sos porque yo estoy soy ? or o
	pero but before unless`)

// smallWords carry no topic.
var smallWords = wordSet(`a an the this that these those them it its all any some every each both such other more another no none
	nothing anything everything me us my our mine myself you your him her his their they he she people person of
	to from for with at on in off out by about into via and or so then than as if is are was be been being am do
	does did done have has had will would can could should must may might shall send get receive give keep keeping
	continue sent put let make made doing go going try trying coming come got else enough stuff thing things crap
	shit junk nonsense bullshit bs garbage annoying stupid dumb unsolicited unwanted random automated automatic
	auto constant constantly bulk marketing promotional mass group robo endless future further additional entire
	whole everyone anyone anybody everybody somebody time times last first third second final once twice day days
	week daily weekly hour minute forever ever completely altogether entirely permanently period here there today
	right away soon possible totally good bye yes ok okay mr mrs ms dr god sake jesus christ hell heck tf up back
	down too very much many long way how what when where why which while until remove removed delete deleted erase
	take taken unsubscribe opt opting opted quit stop cease desist end cancel leave alone want need like wish hear
	see look interested longer never ask asking asked told said say mean cut drop el la los las lo un una unos
	unas este esta estos estas ese esa esos esas esto eso aquel todo toda todos todas de del al en con sin por
	para y e ni u que se le les nos mi mis su sus tu tus te ti mas menos otro otra otros otras ningun ninguno
	ninguna nada nunca jamas cada tanto tantos tanta tantas mucho muchos puro pura cosas cosa tonterias basura
	tontera informacion info dije digo decir dicho wasting waste landline process pido pedimos insistir
	insistiendo fregar fregando refrain parar eliminar quitar borrar baja allowed authorized permission ruego
	suplico solicito beg begging request deja dejen well fr tbh favor vez veces dia dias hora horas hoy aqui aca
	ahi alla ustedes usted estar estan esten seguir siguen sigan sigas volver vuelvan vuelva vuelvas mandar
	mandarme mandando mandandome mandarnos manden mande mandes mandenme mandeme enviar enviarme enviando
	enviandome envien envie envies envio envios recibir recibiendo recibirlos llegar lleguen llegan ser es son
	estoy quiero deseo datos nombre name information data ya please numero celulares celular directamente otravez`)
