import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { ArrowClockwise20Regular } from "@fluentui/react-icons/svg/arrow-clockwise";
import { ChevronLeft20Regular } from "@fluentui/react-icons/svg/chevron-left";
import { ChevronRight20Regular } from "@fluentui/react-icons/svg/chevron-right";
import { addDays, dayText, secondText } from "./day";
import { useRefresh } from "./queries";
import { texts } from "./texts";

const useStyles = makeStyles({
  bar: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px 16px" },
  days: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "8px 4px",
    minWidth: 0,
    margin: 0,
    padding: 0,
    border: "none",
  },
  day: { fontWeight: tokens.fontWeightSemibold, padding: "0 4px" },
  today: { minWidth: "auto", marginLeft: "4px" },
  read: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px", marginLeft: "auto" },
  time: { color: tokens.colorNeutralForeground2, fontVariantNumeric: "tabular-nums" },
});

interface Props {
  day: string;
  today: string;
  /** The server's time (ms) at which the counts were read. */
  readAt: number | undefined;
  onChoose: (day: string) => void;
}

/** Which day is shown, and when it was read. */
export function DayBar({ day, today, readAt, onChoose }: Props) {
  const styles = useStyles();
  const refresh = useRefresh();
  const isToday = day === today;
  return (
    <div className={styles.bar}>
      <fieldset className={styles.days}>
        <legend className="visually-hidden">{texts.day.label}</legend>
        <Button
          icon={<ChevronLeft20Regular />}
          aria-label={texts.day.previous}
          title={texts.day.previous}
          onClick={() => onChoose(addDays(day, -1))}
        />
        <time className={styles.day} dateTime={day}>
          {dayText(day)}
        </time>
        <Button
          icon={<ChevronRight20Regular />}
          aria-label={texts.day.next}
          title={texts.day.next}
          disabledFocusable={isToday}
          onClick={() => onChoose(addDays(day, 1))}
        />
        <Button className={styles.today} disabledFocusable={isToday} onClick={() => onChoose(today)}>
          {texts.day.today}
        </Button>
      </fieldset>
      <div className={styles.read}>
        {readAt !== undefined && <span className={styles.time}>{texts.day.counted(secondText(readAt))}</span>}
        <Button icon={<ArrowClockwise20Regular />} onClick={() => void refresh()}>
          {texts.day.refresh}
        </Button>
      </div>
    </div>
  );
}
