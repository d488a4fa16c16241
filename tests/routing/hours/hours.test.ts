import assert from "node:assert/strict";
import { type OperatingHoursSettings, operatingHoursSchema } from "../../../src/core/distribution";
import { type Hours, hoursOf } from "../../../src/routing/hours/hours";
import { naiveHours, nextQuarters, wallClocks } from "./naiveHours";

type Given = Partial<Record<keyof OperatingHoursSettings, unknown>>;

const ALL = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const OFFICE = [{ days: ALL.slice(0, 5), from: "08:00", to: "17:00" }];

const settingsOf = (given: Given): OperatingHoursSettings =>
  operatingHoursSchema.parse({ id: "h", timeZone: "UTC", ...given });
const hours = (given: Given): Hours => hoursOf(settingsOf(given));

const utc = (time: string): number => Date.parse(`${time}Z`);
const told = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString().slice(0, 16);

/** The spans that follow from `time` on, in UTC: "2026-07-06T08:00 - 2026-07-06T17:00". */
function following(given: Given, time: string, count: number): string[] {
  const asked = hours(given);
  const spans: string[] = [];
  for (let at = asked.opensAt(utc(time)); at !== undefined && spans.length < count; ) {
    const closes = asked.closesAt(at);
    spans.push(`${told(at)} - ${told(closes)}`);
    at = closes === undefined ? undefined : asked.opensAt(closes);
  }
  return spans;
}

describe("hoursOf", () => {
  // 2026-07-06 is a Monday.
  describe("of a week", () => {
    it("is open from the first minute to just before the last", () => {
      const office = hours({ weekly: OFFICE });
      assert.deepEqual(office.stateAt(utc("2026-07-06T07:59:59.999")), { open: false });
      assert.deepEqual(office.stateAt(utc("2026-07-06T08:00")), { open: true });
      assert.deepEqual(office.stateAt(utc("2026-07-06T16:59:59.999")), { open: true });
      assert.deepEqual(office.stateAt(utc("2026-07-06T17:00")), { open: false });
    });

    it("opens now when open, else next, over the weekend too", () => {
      const office = hours({ weekly: OFFICE });
      assert.equal(told(office.opensAt(utc("2026-07-06T12:34"))), "2026-07-06T12:34");
      assert.equal(told(office.opensAt(utc("2026-07-06T06:00"))), "2026-07-06T08:00");
      assert.equal(told(office.opensAt(utc("2026-07-10T17:00"))), "2026-07-13T08:00");
    });

    it("closes at the end of the span, and not at all when closed", () => {
      const office = hours({ weekly: OFFICE });
      assert.equal(told(office.closesAt(utc("2026-07-06T08:00"))), "2026-07-06T17:00");
      assert.equal(office.closesAt(utc("2026-07-06T17:00")), undefined);
    });

    it("goes past midnight, and past the week's end", () => {
      const night = { weekly: [{ days: ["saturday", "sunday"], from: "22:00", to: "06:00" }] };
      assert.deepEqual(following(night, "2026-07-11T00:00", 3), [
        "2026-07-11T22:00 - 2026-07-12T06:00",
        "2026-07-12T22:00 - 2026-07-13T06:00",
        "2026-07-18T22:00 - 2026-07-19T06:00",
      ]);
      assert.deepEqual(hours(night).stateAt(utc("2026-07-13T05:59")), { open: true });
      assert.equal(told(hours(night).opensAt(utc("2026-07-13T05:59"))), "2026-07-13T05:59");
      assert.deepEqual(hours(night).stateAt(utc("2026-07-11T05:59")), { open: false });
    });

    it("joins spans that touch, across midnight and several days", () => {
      const weekly = [
        { days: ["friday"], from: "12:00", to: "18:00" },
        { days: ["friday"], from: "18:00", to: "00:00" },
        { days: ["saturday"], from: "00:00", to: "00:00" },
        { days: ["sunday"], from: "00:00", to: "10:00" },
      ];
      assert.deepEqual(following({ weekly }, "2026-07-06T00:00", 1), ["2026-07-10T12:00 - 2026-07-12T10:00"]);
      assert.equal(told(hours({ weekly }).closesAt(utc("2026-07-10T13:00"))), "2026-07-12T10:00");
    });

    it("never closes when open all the time", () => {
      const always = hours({ weekly: [{ days: ALL, from: "00:00", to: "00:00" }] });
      assert.equal(always.closesAt(utc("2026-07-06T12:00")), undefined);
      assert.deepEqual(always.stateAt(utc("2026-07-06T12:00")), { open: true });
    });

    it("never opens without spans", () => {
      const never = hours({});
      assert.equal(never.opensAt(utc("2026-07-06T12:00")), undefined);
      assert.deepEqual(never.stateAt(utc("2026-07-06T12:00")), { open: false });
    });

    it("follows the local weekday", () => {
      const monday = {
        timeZone: "Pacific/Auckland",
        weekly: [{ days: ["monday"], from: "00:00", to: "00:00" }],
      };
      assert.deepEqual(following(monday, "2026-07-04T00:00", 1), ["2026-07-05T12:00 - 2026-07-06T12:00"]);
      const west = { ...monday, timeZone: "Pacific/Pago_Pago" };
      assert.deepEqual(following(west, "2026-07-04T00:00", 1), ["2026-07-06T11:00 - 2026-07-07T11:00"]);
    });
  });

  // In Lisbon clocks go from 01:00 to 02:00 on 2026-03-29 and from 02:00 to 01:00 on 2026-10-25, at 01:00 UTC.
  describe("when the clocks change", () => {
    const lisbon = (from: string, to: string, days = ["sunday"]) => ({
      timeZone: "Europe/Lisbon",
      weekly: [{ days, from, to }],
    });

    it("keeps local times", () => {
      assert.deepEqual(following(lisbon("09:00", "17:00", ["saturday", "sunday"]), "2026-03-28T00:00", 2), [
        "2026-03-28T09:00 - 2026-03-28T17:00",
        "2026-03-29T08:00 - 2026-03-29T16:00",
      ]);
    });

    it("moves a time that does not exist on by the gap", () => {
      assert.deepEqual(following(lisbon("01:30", "05:00"), "2026-03-29T00:00", 1), [
        "2026-03-29T01:30 - 2026-03-29T04:00",
      ]);
      assert.deepEqual(following(lisbon("00:30", "01:15"), "2026-03-29T00:00", 1), [
        "2026-03-29T00:30 - 2026-03-29T01:15",
      ]);
    });

    it("begins at the first and ends at the last of a time that comes twice", () => {
      assert.deepEqual(following(lisbon("01:30", "05:00"), "2026-10-25T00:00", 1), [
        "2026-10-25T00:30 - 2026-10-25T05:00",
      ]);
      assert.deepEqual(following(lisbon("00:30", "01:30"), "2026-10-24T23:00", 1), [
        "2026-10-24T23:30 - 2026-10-25T01:30",
      ]);
    });

    it("takes days of 23 and 25 hours whole, also where they do not begin at 00:00", () => {
      assert.deepEqual(following(lisbon("00:00", "00:00"), "2026-03-29T00:00", 1), [
        "2026-03-29T00:00 - 2026-03-29T23:00",
      ]);
      assert.deepEqual(following(lisbon("00:00", "00:00"), "2026-10-24T00:00", 1), [
        "2026-10-24T23:00 - 2026-10-26T00:00",
      ]);
      // Havana's clocks go from 00:00 to 01:00 on 2026-03-08; on 2026-11-01 they show 00:00 twice.
      const havana = {
        timeZone: "America/Havana",
        weekly: [{ days: ALL.slice(5), from: "00:00", to: "00:00" }],
      };
      assert.deepEqual(following(havana, "2026-03-06T00:00", 1), ["2026-03-07T05:00 - 2026-03-09T04:00"]);
      const saturday = { ...havana, weekly: [{ days: ["saturday"], from: "00:00", to: "00:00" }] };
      assert.deepEqual(following(saturday, "2026-10-30T00:00", 1), ["2026-10-31T04:00 - 2026-11-01T04:00"]);
    });
  });

  describe("on holidays", () => {
    const christmas = { name: "Christmas", date: "2026-12-25" };
    const holiday = (more: object, weekly: unknown = OFFICE) => ({
      weekly,
      holidays: [{ ...christmas, ...more }],
    });

    it("is closed and names the holiday, on that day only", () => {
      const asked = hours(holiday({}));
      assert.deepEqual(asked.stateAt(utc("2026-12-25T10:00")), { open: false, holiday: "Christmas" });
      assert.deepEqual(asked.stateAt(utc("2026-12-25T23:59")), { open: false, holiday: "Christmas" });
      assert.deepEqual(asked.stateAt(utc("2026-12-24T20:00")), { open: false });
      assert.deepEqual(asked.stateAt(utc("2026-12-26T00:00")), { open: false });
      assert.equal(told(asked.opensAt(utc("2026-12-24T17:00"))), "2026-12-28T08:00");
    });

    it("has hours of its own instead of the week's", () => {
      const asked = holiday({ open: [{ from: "20:00", to: "02:00" }] });
      assert.deepEqual(hours(asked).stateAt(utc("2026-12-25T10:00")), { open: false, holiday: "Christmas" });
      assert.deepEqual(hours(asked).stateAt(utc("2026-12-25T20:00")), { open: true });
      assert.deepEqual(following(asked, "2026-12-25T00:00", 2), [
        "2026-12-25T20:00 - 2026-12-26T02:00",
        "2026-12-28T08:00 - 2026-12-28T17:00",
      ]);
    });

    it("opens a week that never does", () => {
      const asked = holiday({ open: [{ from: "10:00", to: "12:00" }] }, []);
      assert.deepEqual(following(asked, "2026-01-01T00:00", 5), ["2026-12-25T10:00 - 2026-12-25T12:00"]);
      assert.equal(hours(asked).opensAt(utc("2025-11-19T00:00")), undefined, "it is more than 400 days away");
    });

    it("cuts what the day before leaves open past midnight", () => {
      const nights = [{ days: ALL, from: "22:00", to: "06:00" }];
      assert.deepEqual(following(holiday({}, nights), "2026-12-24T12:00", 2), [
        "2026-12-24T22:00 - 2026-12-25T00:00",
        "2026-12-26T22:00 - 2026-12-27T06:00",
      ]);
      const always = [{ days: ALL, from: "00:00", to: "00:00" }];
      assert.equal(told(hours(holiday({}, always)).closesAt(utc("2026-06-01T00:00"))), "2026-12-25T00:00");
    });

    it("keeps what its own first night leaves open", () => {
      const asked = holiday({ until: "2026-12-26", open: [{ from: "20:00", to: "02:00" }] });
      assert.deepEqual(following(asked, "2026-12-25T00:00", 2), [
        "2026-12-25T20:00 - 2026-12-26T02:00",
        "2026-12-26T20:00 - 2026-12-27T02:00",
      ]);
    });

    it("may stay open past spans of the next day", () => {
      const early = [{ days: ALL, from: "06:00", to: "07:00" }];
      assert.deepEqual(
        following(holiday({ open: [{ from: "20:00", to: "08:00" }] }, early), "2026-12-25T00:00", 2),
        ["2026-12-25T20:00 - 2026-12-26T08:00", "2026-12-27T06:00 - 2026-12-27T07:00"],
      );
    });

    it("names the first of several on one day", () => {
      const holidays = [christmas, { ...christmas, name: "Friday off" }];
      assert.equal(hours({ holidays }).stateAt(utc("2026-12-25T10:00")).holiday, "Christmas");
    });

    it("lasts several days", () => {
      const asked = hours(holiday({ until: "2027-01-04" }));
      assert.equal(told(asked.opensAt(utc("2026-12-24T17:00"))), "2027-01-05T08:00");
      assert.equal(asked.stateAt(utc("2027-01-04T10:00")).holiday, "Christmas");
    });

    it("is a local day", () => {
      const asked = hours({ ...holiday({}), timeZone: "Asia/Tokyo" });
      assert.equal(asked.stateAt(utc("2026-12-24T14:59")).holiday, undefined);
      assert.equal(asked.stateAt(utc("2026-12-24T15:00")).holiday, "Christmas");
      assert.equal(asked.stateAt(utc("2026-12-25T15:00")).holiday, undefined);
    });
  });

  describe("on holidays that come again", () => {
    const always = [{ days: ALL, from: "00:00", to: "00:00" }];
    /** Dates on which it is closed in these years. */
    function closedDates(holiday: object, fromYear: number, years: number): string[] {
      const asked = hours({ weekly: always, holidays: [{ name: "Closed", ...holiday }] });
      const days = Array.from({ length: Math.round(years * 365.25) }, (_, day) =>
        Date.UTC(fromYear, 0, 1 + day, 12),
      );
      return days
        .filter((at) => !asked.stateAt(at).open)
        .map((at) => new Date(at).toISOString().slice(0, 10));
    }

    it("yearly, from the first date on", () => {
      assert.deepEqual(closedDates({ date: "2026-12-25", repeat: "yearly" }, 2025, 4), [
        "2026-12-25",
        "2027-12-25",
        "2028-12-25",
      ]);
    });

    it("on 29 February in leap years only", () => {
      assert.deepEqual(closedDates({ date: "2024-02-29", repeat: "yearly" }, 2023, 10), [
        "2024-02-29",
        "2028-02-29",
        "2032-02-29",
      ]);
    });

    it("with their length, over the turn of the year", () => {
      const holiday = { date: "2026-12-31", until: "2027-01-02", repeat: "yearly" };
      assert.deepEqual(closedDates(holiday, 2027, 2), [
        "2027-01-01",
        "2027-01-02",
        "2027-12-31",
        "2028-01-01",
        "2028-01-02",
        "2028-12-31",
      ]);
    });

    it("by an iCalendar rule, with several days each", () => {
      const thanksgiving = { date: "2026-11-26", repeat: "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH" };
      assert.deepEqual(closedDates(thanksgiving, 2026, 3), ["2026-11-26", "2027-11-25", "2028-11-23"]);
      assert.deepEqual(closedDates({ ...thanksgiving, until: "2026-11-27" }, 2027, 2), [
        "2027-11-25",
        "2027-11-26",
        "2028-11-23",
        "2028-11-24",
      ]);
    });

    it("by a rule that ends, counted from the date", () => {
      const monthly = { date: "2026-01-31", repeat: "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3" };
      assert.deepEqual(closedDates(monthly, 2026, 1), ["2026-01-31", "2026-02-28", "2026-03-31"]);
      const until = { date: "2026-01-05", repeat: "freq=weekly;interval=2;until=20260202" };
      assert.deepEqual(closedDates(until, 2026, 1), ["2026-01-05", "2026-01-19", "2026-02-02"]);
    });

    it("in the hours' zone, whatever the clocks do", () => {
      const asked = hours({
        timeZone: "America/New_York",
        weekly: always,
        holidays: [{ name: "Sunday", date: "2026-03-01", repeat: "FREQ=WEEKLY" }],
      });
      assert.equal(told(asked.closesAt(utc("2026-03-07T12:00"))), "2026-03-08T05:00");
      assert.equal(told(asked.opensAt(utc("2026-03-08T12:00"))), "2026-03-09T04:00");
    });
  });

  it("is closed for good after its end date", () => {
    const given = {
      weekly: [{ days: ALL, from: "22:00", to: "06:00" }],
      holidays: [{ name: "Later", date: "2026-07-09" }],
      endDate: "2026-07-07",
    };
    assert.deepEqual(following(given, "2026-07-06T12:00", 5), [
      "2026-07-06T22:00 - 2026-07-07T06:00",
      "2026-07-07T22:00 - 2026-07-08T00:00",
    ]);
    assert.deepEqual(hours(given).stateAt(utc("2026-07-09T12:00")), { open: false });
  });

  it("is compiled once for each settings object", () => {
    const settings = settingsOf({ weekly: OFFICE });
    assert.equal(hoursOf(settings), hoursOf(settings));
    assert.notEqual(hoursOf(settings), hoursOf({ ...settings }));
  });

  it("throws for a zone or a repeat that cannot be read", () => {
    assert.throws(() => hours({ timeZone: "Nowhere" }), { code: "INPUT_INVALID", message: /time zone/ });
    const holidays = [{ name: "x", date: "2026-01-01", repeat: "now and then" }];
    assert.throws(() => hours({ holidays }), { code: "INPUT_INVALID", message: /cannot be read/ });
  });
});

describe("hoursOf, over a year, says what the clocks on the wall say", () => {
  const QUARTER_MS = 15 * 60_000;
  const [FROM, TO] = [Date.UTC(2025, 11, 20), Date.UTC(2027, 0, 20)];
  const weekly = [
    { days: ["monday", "tuesday", "wednesday"], from: "09:00", to: "17:30" },
    { days: ["thursday"], from: "00:00", to: "00:00" },
    { days: ["friday"], from: "00:00", to: "12:15" },
    { days: ["friday", "saturday"], from: "22:00", to: "01:45" },
    // Over the clock changes, which come on Sundays, and over the week's end.
    { days: ["sunday"], from: "02:15", to: "03:00" },
    { days: ["sunday"], from: "21:00", to: "06:00" },
  ];
  const night = [
    { days: ["saturday"], from: "18:00", to: "00:00" },
    { days: ["sunday"], from: "00:30", to: "01:30" },
    { days: ["sunday"], from: "02:30", to: "02:45" },
  ];
  const holidays = [
    { name: "a Saturday", date: "2026-05-02" },
    { name: "with hours", date: "2026-12-24", open: [{ from: "10:00", to: "02:00" }] },
    { name: "after it", date: "2026-12-25" },
  ];
  const ZONES = [
    "Europe/Lisbon",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Havana",
  ];

  for (const timeZone of ZONES)
    it(timeZone, () => {
      const clocks = wallClocks(timeZone, FROM, TO);
      for (const week of [weekly, night]) {
        const settings = settingsOf({ timeZone, weekly: week, holidays });
        const asked = hoursOf(settings);
        const naive = naiveHours(settings, clocks);
        const [open, closed] = [nextQuarters(naive, 1), nextQuarters(naive, 0)];
        for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += QUARTER_MS) {
          const index = (at - FROM) / QUARTER_MS;
          const isOpen = naive.quarters[index] === 1;
          const same =
            asked.stateAt(at).open === isOpen &&
            asked.opensAt(at) === open[index] &&
            asked.closesAt(at) === (isOpen ? closed[index] : undefined);
          if (!same)
            assert.fail(
              `at ${told(at)}: open ${isOpen}, opens ${told(open[index])}, closes ${told(closed[index])}; ` +
                `got ${asked.stateAt(at).open}, ${told(asked.opensAt(at))}, ${told(asked.closesAt(at))}`,
            );
        }
      }
    });
});
