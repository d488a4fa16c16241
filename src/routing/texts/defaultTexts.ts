import type { TextByLanguage } from "../../core/settingFields";
import type { MessageTrigger } from "../../core/texts";

interface DefaultMessage {
  /** Sent unless an admin switches it off. The others are sent once an admin names them: each text costs attention, and money on paid channels. */
  on: boolean;
  /** When it is sent, for the docs. */
  when: string;
  text: TextByLanguage;
}

/** What customers are told without a person, in our own words. */
export const DEFAULT_MESSAGES: Readonly<Record<MessageTrigger, DefaultMessage>> = {
  helperFailed: {
    on: true,
    when: "the helper fails, says nothing or goes round in circles, and people take over",
    text: {
      en: "I am sorry, something went wrong here. A person will take over.",
      pt: "Lamento, algo correu mal. Uma pessoa vai continuar a conversa.",
      es: "Lo siento, algo ha ido mal. Una persona continuará la conversación.",
    },
  },
  personWanted: {
    on: true,
    when: "the customer asks for a person while the helper has the conversation",
    text: {
      en: "One moment, please. A person will take over.",
      pt: "Um momento, por favor. Uma pessoa vai continuar a conversa.",
      es: "Un momento, por favor. Una persona continuará la conversación.",
    },
  },
  noPeople: {
    on: true,
    when: "the helper wants to hand over and says nothing, but the work stream is for the helper only",
    text: {
      en: "I am sorry, I cannot help with that, and nobody can take over here. Please try other words.",
      pt: "Lamento, não consigo ajudar com isso e aqui ninguém pode continuar. Tente por outras palavras, por favor.",
      es: "Lo siento, no puedo ayudarle con eso y aquí nadie puede continuar. Pruebe con otras palabras, por favor.",
    },
  },
  greeting: {
    on: false,
    when: "a conversation begins to wait for people",
    text: {
      en: "Thank you for writing. Somebody will be with you soon.",
      pt: "Obrigado pela sua mensagem. Alguém vai falar consigo em breve.",
      es: "Gracias por escribirnos. Pronto le atenderá una persona.",
    },
  },
  agentAssigned: {
    on: false,
    when: "the first agent takes the conversation",
    text: {
      en: "{AgentName} will help you.",
      pt: "{AgentName} vai ajudar.",
      es: "{AgentName} le va a ayudar.",
    },
  },
  agentJoined: {
    on: false,
    when: "an agent takes the conversation or opens it again",
    text: {
      en: "{AgentName} has joined.",
      pt: "{AgentName} entrou na conversa.",
      es: "{AgentName} se ha unido a la conversación.",
    },
  },
  agentLeft: {
    on: false,
    when: "an agent puts the conversation aside or gives it back",
    text: {
      en: "{AgentName} has left.",
      pt: "{AgentName} saiu da conversa.",
      es: "{AgentName} ha dejado la conversación.",
    },
  },
  cannotAssign: {
    on: true,
    when: "the queue has no members",
    text: {
      en: "We cannot reach anybody for you at the moment. Your message is kept; we will answer as soon as we can.",
      pt: "Neste momento não conseguimos contactar ninguém. A sua mensagem fica guardada; respondemos assim que for possível.",
      es: "En este momento no podemos localizar a nadie. Guardamos su mensaje y le responderemos en cuanto podamos.",
    },
  },
  agentDisconnected: {
    on: true,
    when: "the agent's connection stayed lost and the conversation went back to its queue",
    text: {
      en: "The person who was helping you has lost the connection. Please wait; somebody else will take over.",
      pt: "A pessoa que o estava a ajudar perdeu a ligação. Aguarde, por favor; outra pessoa vai continuar.",
      es: "La persona que le atendía ha perdido la conexión. Espere, por favor; otra persona continuará.",
    },
  },
  ended: {
    on: false,
    when: "an agent ends the work",
    text: {
      en: "This conversation is over. Write again whenever you like.",
      pt: "Esta conversa terminou. Escreva de novo quando quiser.",
      es: "Esta conversación ha terminado. Escríbanos de nuevo cuando quiera.",
    },
  },
  transferred: {
    on: false,
    when: "another agent takes over after a transfer",
    text: {
      en: "{AgentName} is taking over.",
      pt: "{AgentName} vai continuar a conversa.",
      es: "{AgentName} continúa con la conversación.",
    },
  },
  nextInLine: {
    on: false,
    when: "the customer is the next in line",
    text: {
      en: "You are next.",
      pt: "É o próximo a ser atendido.",
      es: "Usted es el siguiente.",
    },
  },
  position: {
    on: false,
    when: "the customer's place in line is known, and again when it has at least halved",
    text: {
      en: "You are number {Position} in line.",
      pt: "É o número {Position} na fila.",
      es: "Usted es el número {Position} en la cola.",
    },
  },
  outOfHours: {
    on: true,
    when: "a conversation begins to wait, or waits again, outside of the operating hours",
    text: {
      en: "We are closed now. We open {OpensAt} and will answer then.",
      pt: "Estamos fechados. Abrimos {OpensAt} e respondemos nessa altura.",
      es: "Ahora estamos cerrados. Abrimos {OpensAt} y le responderemos entonces.",
    },
  },
  holiday: {
    on: true,
    when: "the same, on a holiday of the operating hours",
    text: {
      en: "We are closed today: {Holiday}. We open {OpensAt} and will answer then.",
      pt: "Hoje estamos fechados: {Holiday}. Abrimos {OpensAt} e respondemos nessa altura.",
      es: "Hoy estamos cerrados: {Holiday}. Abrimos {OpensAt} y le responderemos entonces.",
    },
  },
  overflowEnded: {
    on: true,
    when: "a queue's overflow ends the conversation",
    text: {
      en: "Nobody is free to help you now. Please try again later.",
      pt: "Neste momento ninguém está livre para o ajudar. Tente mais tarde, por favor.",
      es: "Ahora no hay nadie libre para atenderle. Inténtelo más tarde, por favor.",
    },
  },
  optedOut: {
    on: true,
    when: "the customer writes a word such as STOP; not when the platform or carrier has confirmed it itself",
    text: {
      en: "You will get no automatic messages from us any more. Write START to get them again.",
      pt: "Não vai receber mais mensagens automáticas nossas. Escreva INICIAR para as receber de novo.",
      es: "Ya no recibirá mensajes automáticos nuestros. Escriba INICIAR para volver a recibirlos.",
      de: "Sie erhalten keine automatischen Nachrichten mehr von uns. Schreiben Sie START, um sie wieder zu erhalten.",
      fr: "Vous ne recevrez plus de messages automatiques de notre part. Écrivez START pour les recevoir à nouveau.",
    },
  },
  optedIn: {
    on: true,
    when: "a customer who had opted out writes a word such as START",
    text: {
      en: "You will get automatic messages from us again. Write STOP to stop them.",
      pt: "Vai voltar a receber as nossas mensagens automáticas. Escreva PARAR para deixar de as receber.",
      es: "Volverá a recibir nuestros mensajes automáticos. Escriba PARAR para dejar de recibirlos.",
      de: "Sie erhalten wieder automatische Nachrichten von uns. Schreiben Sie STOP, um sie abzubestellen.",
      fr: "Vous recevrez à nouveau nos messages automatiques. Écrivez STOP pour les arrêter.",
    },
  },
};
