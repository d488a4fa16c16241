import { checkContactFiling } from "../../contacts/book/filing";
import { checkInput } from "../../core/checkInput";
import type { ContactFields } from "../../core/contact";
import type { Profile, ProfileLink } from "../../core/contactBook";
import { fieldsOf, toContactInput } from "../../core/contactSchema";
import { linkAt } from "../../core/conversationContact";
import { Conflict } from "../../core/errors";
import { hashId, numberOf, threadOf } from "../../core/ids";
import type { Principal, Route } from "../../core/route";
import type { Stored } from "../../core/store";
import { makeContact, recordDefaults } from "../../pipeline/identity/newContact";
import { idOf, needPrincipal } from "../caller";
import { type CustomerSummary, customerSummary, linkBody, unlinkBody } from "../contactContract";
import type { DeskPorts } from "../ports";
import type { ItemFacts } from "../present";

interface CustomerPorts extends Pick<DeskPorts, "contacts" | "settings"> {
  /** As the caller may see it, live or closed. Throws NotFound. */
  find(me: Principal, id: string): Promise<ItemFacts>;
  summarise(me: Principal, item: ItemFacts): Promise<CustomerSummary>;
}

/** The customer behind a conversation: the summary, and who it is. Whoever sees the conversation may say. */
export function customerRoutes(ports: CustomerPorts): Route[] {
  const { contacts, find, summarise } = ports;
  const path = "/api/desk/conversations/:id";
  const reply = async (me: Principal, item: ItemFacts) => ({ status: 200, body: await summarise(me, item) });
  return [
    {
      method: "GET",
      path: `${path}/customer`,
      access: "agent",
      summary: "Who is writing: contact, other profiles, last conversations on all channels, tickets.",
      schema: { reply: customerSummary },
      async handle(request) {
        const me = needPrincipal(request);
        return reply(me, await find(me, idOf(request)));
      },
    },
    {
      method: "POST",
      path: `${path}/contact`,
      access: "agent",
      summary:
        "Links the customer to a contact, or to a new one in the same step; later conversations follow.",
      schema: { body: linkBody, reply: customerSummary },
      async handle(request) {
        const { contactId, create } = checkInput(linkBody, request.body ?? {});
        const me = needPrincipal(request);
        const item = await find(me, idOf(request));
        const profile = await profileOf(contacts, item);
        needUnlinked(profile, item.conversationId);
        if (contactId !== undefined) await link(ports, { profile, contactId, how: "agent", me });
        else await createAndLink(ports, { profile, fields: create && toContactInput(create), item, me });
        return reply(me, item);
      },
    },
    {
      method: "POST",
      path: `${path}/contact/unlink`,
      access: "agent",
      summary:
        "Ends the link to the contact: from this conversation on (it changed hands), or as if it never was.",
      schema: { body: unlinkBody, reply: customerSummary },
      async handle(request) {
        const { keepHistory } = checkInput(unlinkBody, request.body);
        const me = needPrincipal(request);
        const item = await find(me, idOf(request));
        const present = needPresentLink(await contacts.profile(threadIdOf(item)), item.conversationId);
        const until = numberOf(item.conversationId) - 1;
        // With nothing before it, there is nothing that stays.
        const keeps = keepHistory && until >= present.from;
        await contacts.unlink(threadIdOf(item), { by: toActor(me), ...(keeps ? { until } : {}) });
        return reply(me, item);
      },
    },
  ];
}

const threadIdOf = (item: ItemFacts): string => threadOf(item.conversationId) ?? "";
const toActor = (me: Principal) => ({ kind: "agent", id: me.id }) as const;

/** The profile as the book has it; one that it has not heard of yet is made. */
async function profileOf(contacts: CustomerPorts["contacts"], item: ItemFacts): Promise<Profile> {
  const known = await contacts.profile(threadIdOf(item));
  if (known !== undefined) return known.doc;
  const { channel, instanceId, customer } = item;
  return (await contacts.seen({ threadId: threadIdOf(item), channel, instanceId, customer })).doc;
}

function needUnlinked({ links }: Profile, conversationId: string): void {
  const found = linkAt(links, numberOf(conversationId)) ?? links.find(({ to }) => to === undefined);
  if (found === undefined) return;
  throw new Conflict("PROFILE_LINKED", "This customer is linked to a contact already. Unlink them first.", {
    details: { contactId: found.contactId },
  });
}

function needPresentLink(profile: Stored<Profile> | undefined, conversationId: string): ProfileLink {
  const found = linkAt(profile?.doc.links ?? [], numberOf(conversationId));
  if (found === undefined) throw new Conflict("WRONG_STATE", "This conversation is linked to no contact.");
  if (found.to !== undefined)
    throw new Conflict(
      "WRONG_STATE",
      "This link has ended already; later conversations are not the contact's.",
    );
  return found;
}

interface LinkWish {
  profile: Profile;
  contactId: string;
  how: ProfileLink["how"];
  me: Principal;
}

/** All that is nobody's yet becomes the contact's, also conversations before this one: it is the same number or account. */
async function link({ contacts }: CustomerPorts, { profile, contactId, how, me }: LinkWish): Promise<void> {
  const from = Math.max(0, ...profile.links.map(({ to = 0 }) => to)) + 1;
  await contacts.link(profile.threadId, contactId, { from, how, by: toActor(me) });
}

interface CreateWish {
  profile: Profile;
  /** Undefined: what the channel tells of them in this conversation. */
  fields: Partial<ContactFields> | undefined;
  item: ItemFacts;
  me: Principal;
}

/** The id comes from the profile as it was found: a request that is sent again after a failure makes no second contact. */
async function createAndLink(ports: CustomerPorts, wish: CreateWish): Promise<void> {
  const { profile, me } = wish;
  const contactId = hashId("c", profile.threadId, String(profile.version), me.id);
  await createOnce(ports, contactId, wish);
  try {
    await link(ports, { profile, contactId, how: "created", me });
  } catch (error) {
    // A colleague was faster: the new contact has nobody to stand for.
    if (error instanceof Conflict && error.code === "PROFILE_LINKED") await setAside(ports, contactId, me);
    throw error;
  }
}

async function createOnce(
  { contacts, settings }: CustomerPorts,
  contactId: string,
  { profile, fields, item, me }: CreateWish,
): Promise<void> {
  const records = settings.current().instances.get(profile.instanceId)?.records ?? {};
  if (fields === undefined) {
    // The profile may still tell of somebody who had the number before.
    await makeContact(contacts, contactId, item.customer, records, toActor(me));
    return;
  }
  checkContactFiling(settings.current(), fields);
  try {
    await contacts.create({ ...recordDefaults(records), ...fields }, toActor(me), contactId);
  } catch (error) {
    if (!(error instanceof Conflict) || error.code !== "CONTACT_EXISTS") throw error;
  }
}

async function setAside({ contacts }: CustomerPorts, contactId: string, me: Principal): Promise<void> {
  const made = await contacts.read(contactId);
  if (made?.doc.state !== "active") return;
  await contacts.replace(contactId, fieldsOf(made.doc), { by: toActor(me), state: "inactive" });
}
