import assert from "node:assert/strict";
import { operatingHoursSchema } from "../../../src/core/distribution";
import { checkHours } from "../../../src/routing/hours/hoursRules";

/** "weekly.1: Overlaps …" */
const faults = (given: object): string[] =>
  checkHours(operatingHoursSchema.parse({ id: "h", timeZone: "Europe/Lisbon", ...given })).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
const span = (days: string, from: string, to: string) => ({ days: days.split(" "), from, to });
const holiday = (date: string, more: object = {}) => ({ name: date, date, ...more });

describe("checkHours", () => {
  it("finds nothing in good hours", () => {
    const weekly = [
      span("monday tuesday wednesday thursday friday", "08:00", "12:00"),
      span("monday tuesday wednesday thursday friday", "12:00", "17:00"),
      span("saturday", "00:00", "00:00"),
      span("sunday", "00:00", "10:00"),
      span("sunday", "22:00", "08:00"),
    ];
    const holidays = [
      holiday("2026-12-25", { repeat: "yearly", until: "2026-12-25" }),
      holiday("2026-11-26", { repeat: "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", until: "2026-11-27" }),
      holiday("2026-12-24", {
        open: [
          { from: "08:00", to: "10:00" },
          { from: "22:00", to: "08:00" },
        ],
      }),
    ];
    assert.deepEqual(faults({ weekly, holidays, endDate: "2001-01-01" }), []);
    assert.deepEqual(faults({}), []);
  });

  it("refuses an unknown time zone", () => {
    for (const timeZone of ["Europe/Lissabon", "+01:00"])
      assert.deepEqual(faults({ timeZone }), [
        `timeZone: Unknown time zone "${timeZone}"; write a name such as Europe/Lisbon.`,
      ]);
  });

  it("refuses a span of no length, in the week and on a holiday", () => {
    const open = [{ from: "10:00", to: "10:00" }];
    assert.deepEqual(
      faults({ weekly: [span("monday", "09:00", "09:00")], holidays: [holiday("2026-01-01", { open })] }),
      [
        "weekly.0: Has no length; write 00:00 to 00:00 for the whole day.",
        "holidays.0.open.0: Has no length; write 00:00 to 00:00 for the whole day.",
      ],
    );
  });

  describe("refuses spans that overlap", () => {
    const cases: [name: string, weekly: object[], wanted: string[]][] = [
      [
        "on one day, told once",
        [span("monday tuesday", "08:00", "12:00"), span("monday tuesday", "11:59", "14:00")],
        ["weekly.1: Overlaps span 1 on Monday."],
      ],
      [
        "across midnight",
        [span("tuesday", "01:00", "02:00"), span("monday", "22:00", "01:01")],
        ["weekly.1: Overlaps span 1 on Tuesday."],
      ],
      [
        "across the week's end",
        [span("sunday", "22:00", "06:00"), span("monday", "05:00", "12:00")],
        ["weekly.1: Overlaps span 1 on Monday."],
      ],
      [
        "of one day named twice",
        [span("friday friday", "08:00", "12:00")],
        ["weekly.0: Names Friday twice."],
      ],
      [
        "with the whole day",
        [span("sunday", "00:00", "00:00"), span("sunday", "23:00", "01:00")],
        ["weekly.1: Overlaps span 1 on Sunday."],
      ],
    ];
    for (const [name, weekly, wanted] of cases) it(name, () => assert.deepEqual(faults({ weekly }), wanted));

    it("on a holiday, also with its own second day", () => {
      const open = [
        { from: "08:00", to: "12:00" },
        { from: "11:00", to: "14:00" },
      ];
      assert.deepEqual(faults({ holidays: [holiday("2026-01-01", { open })] }), [
        "holidays.0.open.1: Overlaps span 1.",
      ]);
      const night = [
        { from: "01:00", to: "03:00" },
        { from: "22:00", to: "02:00" },
      ];
      assert.deepEqual(faults({ holidays: [holiday("2026-01-01", { open: night })] }), []);
      assert.deepEqual(faults({ holidays: [holiday("2026-01-01", { open: night, until: "2026-01-02" })] }), [
        "holidays.0.open.1: Overlaps span 1.",
      ]);
    });
  });

  it("refuses a holiday that ends before it begins", () => {
    assert.deepEqual(faults({ holidays: [holiday("2026-01-02", { until: "2026-01-01" })] }), [
      "holidays.0.until: Lies before 2026-01-02, the first day.",
    ]);
  });

  describe("refuses a repeat", () => {
    const cases: [repeat: string, message: RegExp][] = [
      ["every year", /"EVERY YEAR" cannot be read; write yearly, or an iCalendar rule/],
      ["FREQ=SOMETIMES", /"FREQ=SOMETIMES" cannot be read/],
      ["FREQ=HOURLY", /"FREQ=HOURLY" cannot be read/],
      ["FREQ=YEARLY;BYHOUR=9", /"BYHOUR=9" cannot be read/],
      ["FREQ=YEARLY;BYMONTH=13", /"BYMONTH=13" cannot be read/],
      ["FREQ=YEARLY;BYDAY=XX", /"BYDAY=XX" cannot be read/],
      ["FREQ=YEARLY;CONSTRUCTOR=1", /cannot be read/],
      ["FREQ=YEARLY;FREQ=DAILY", /says something twice/],
      ["BYMONTH=1", /needs FREQ/],
      ["FREQ=YEARLY;UNTIL=20269999", /cannot be read/],
      ["FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", /does not fall on 2026-01-01; give the first day of the rule/],
      ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", /does not fall on/],
      ["FREQ=YEARLY\nDTSTART:20200101", /cannot be read/],
    ];
    for (const [repeat, message] of cases)
      it(JSON.stringify(repeat), () => {
        const [fault = "", ...more] = faults({ holidays: [holiday("2026-01-01", { repeat })] });
        assert.match(fault, message);
        assert.match(fault, /^holidays\.0\.repeat: /);
        assert.deepEqual(more, []);
      });
  });

  describe("on one day with another holiday", () => {
    const open = [{ from: "10:00", to: "12:00" }];

    it("refuses other hours, told once", () => {
      const holidays = [
        holiday("2026-12-24", { until: "2026-12-26" }),
        holiday("2026-12-25", { until: "2026-12-27", open }),
      ];
      assert.deepEqual(faults({ holidays }), [
        'holidays.1.date: "2026-12-25" and "2026-12-24" fall on 2026-12-25 with different hours.',
      ]);
    });

    it("refuses it in a later year", () => {
      const holidays = [
        holiday("2026-11-26", { repeat: "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH" }),
        holiday("2026-11-28", { repeat: "yearly", open }),
      ];
      assert.deepEqual(faults({ holidays }), [
        'holidays.1.date: "2026-11-28" and "2026-11-26" fall on 2030-11-28 with different hours.',
      ]);
    });

    it("allows the same hours", () => {
      assert.deepEqual(
        faults({ holidays: [holiday("2026-12-24", { until: "2026-12-26" }), holiday("2026-12-25")] }),
        [],
      );
    });
  });
});
