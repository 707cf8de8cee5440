package statements

import "github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"

// phrases are the messages of remarks, by code. {to} is the recipient.
func phrases() map[string]sheet.Text {
	return map[string]sheet.Text{
		"DeliveredNotReceived":   {English: "passed on, although its receipt is still expected", Danish: "leveret videre, selv om den stadig forventes modtaget"},
		"DeliveredAndNot":        {English: "one entry says that it was passed on to {to}, another one says otherwise", Danish: "én linje siger, at den er leveret til {to}, en anden siger noget andet"},
		"DeliveredBeforeReceipt": {English: "passed on to {to} on {at}, before it was received ({against})", Danish: "leveret til {to} {at}, før den blev modtaget ({against})"},
		"AfterRecord":            {English: "{at} lies after the last update of the record ({against})", Danish: "{at} ligger efter registreringens seneste opdatering ({against})"},
		"InFuture":               {English: "{at} has not come yet", Danish: "{at} ligger i fremtiden"},
		"BeforePeriodEnd":        {English: "received {at}, before the audited period was over ({against})", Danish: "modtaget {at}, før den reviderede periode sluttede ({against})"},
		"AssessedNotReceived":    {English: "assessed {at}, before it was received", Danish: "vurderet {at}, før den blev modtaget"},
		"StateDiffers":           {English: "the state says something else than receipt and deliveries", Danish: "status siger noget andet end modtagelse og levering"},
		"KindDiffers":            {English: "{field}: {got} received, {want} required", Danish: "{field}: {got} modtaget, {want} krævet"},
		"KindNotRecorded":        {English: "{field}: {want} required, what was received is not recorded", Danish: "{field}: {want} krævet, det modtagne er ikke registreret"},
		"ReceiptOverdue":         {English: "expected {at}, and no receipt is recorded", Danish: "forventet {at}, og ingen modtagelse er registreret"},
		"DeliveryOverdue":        {English: "to be passed on to {to} {at}, and no delivery is recorded", Danish: "forventes leveret til {to} {at}, og ingen levering er registreret"},
		"ClarifiedTooLong":       {English: "whether it is needed is still being clarified, which was to be settled by {at}", Danish: "behovet er stadig under afdækning, som skulle være afsluttet {at}"},
		"ClosedBeforePeriod":     {English: "observation {observation} was closed {at}, before the audited period began ({against})", Danish: "observation {observation} blev lukket {at}, før den reviderede periode begyndte ({against})"},
		"DeliveredLate":          {English: "passed on to {to} {days} days after receipt", Danish: "leveret til {to} {days} dage efter modtagelsen"},
		"ReceiptNotSaid":         {English: "receipt is not said", Danish: "modtagelse er ikke oplyst"},
		"ReceiptOnlyPeriod":      {English: "only a period of receipt is given", Danish: "kun en periode for modtagelse er oplyst"},
		"ReceiptUndated":         {English: "no date of receipt", Danish: "ingen dato for modtagelse"},
		"DeliveryNotSaid":        {English: "delivery is not said", Danish: "levering er ikke oplyst"},
		"DeliveryUndated":        {English: "no date of delivery to {to}", Danish: "ingen dato for levering til {to}"},
		"RecipientNotSaid":       {English: "recipient is not said", Danish: "modtager er ikke oplyst"},
	}
}

// word translates a word of the API; others stay as they are.
func word(w string, l sheet.Language) string {
	t, known := words()[w]
	if !known {
		return w
	}
	return t.In(l)
}

func words() map[string]sheet.Text {
	return map[string]sheet.Text{
		"Planned": {English: "Planned", Danish: "Planlagt"}, "Ordered": {English: "Ordered", Danish: "Bestilt"}, "Expected": {English: "Expected", Danish: "Forventes"},
		"Received": {English: "Received", Danish: "Modtaget"}, "Delivered": {English: "Delivered", Danish: "Leveret"},
		"OnlyPeriodGiven": {English: "Only a period given", Danish: "Kun periode angivet"}, "NotSaid": {English: "Not said", Danish: "Ikke oplyst"},
		"NotRelevant": {English: "Not relevant", Danish: "Ikke relevant"}, "NeedUnderClarification": {English: "Need under clarification", Danish: "Behov under afdækning"},
		"General": {English: "General", Danish: "Generel"}, "Specific": {English: "Specific", Danish: "Specifik"},
		"Statement": {English: "No statement", Danish: "Ingen erklæring"}, "ActionPlan": {English: "Action plan", Danish: "Handlingsplan"},
		"ManagementStatement": {English: "Management statement", Danish: "Ledelseserklæring"}, "Certificate": {English: "Certificate", Danish: "Certifikat"},
		"SelfAssessment": {English: "Self-assessment", Danish: "Selvevaluering"},
		"standard":       {English: "standard", Danish: "standard"}, "type": {English: "type", Danish: "type"}, "level": {English: "level", Danish: "sikkerhedsniveau"},
		"scope": {English: "scope", Danish: "omfang"}, "parts": {English: "parts", Danish: "dele"},
		"Reasonable": {English: "Reasonable", Danish: "Høj grad"}, "Limited": {English: "Limited", Danish: "Begrænset"},
		"nobody named": {English: "a recipient that is not named", Danish: "en modtager, som ikke er oplyst"},
		"days":         {English: "days", Danish: "dage"}, "day": {English: "day", Danish: "dag"},
		string(Contradiction): {English: "Contradiction", Danish: "Modsigelse"}, string(Implausible): {English: "Implausible", Danish: "Usandsynlig"},
		string(KindDiffers): {English: "Kind differs", Danish: "Anden type"}, string(KindNotRecorded): {English: "Kind unclear", Danish: "Uklar type"},
		string(Overdue): {English: "Overdue", Danish: "Overskredet"}, string(Late): {English: "Late", Danish: "Sent"}, string(Gap): {English: "Gap", Danish: "Mangler"},
	}
}
