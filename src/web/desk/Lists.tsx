import { makeStyles, Tab, TabList } from "@fluentui/react-components";
import { useState } from "react";
import type { MeView } from "../../desk/contract";
import { ConversationList } from "./ConversationList";
import type { ListTab } from "./queries";
import { texts } from "./texts";

const TABS = ["mine", "open", "helper"] as const satisfies readonly ListTab[];

const useStyles = makeStyles({
  lists: { height: "100%", display: "flex", flexDirection: "column", minHeight: 0 },
  tabs: { padding: "8px 8px 0", flexShrink: 0, flexWrap: "wrap" },
  panel: { flexGrow: 1, minHeight: 0, display: "flex", flexDirection: "column" },
});

interface Props {
  me: MeView;
  chosen: string | null;
  onChoose: (id: string) => void;
}

export function Lists({ me, chosen, onChoose }: Props) {
  const styles = useStyles();
  const [tab, setTab] = useState<ListTab>("mine");
  return (
    <div className={styles.lists} id="lists">
      <TabList
        className={styles.tabs}
        selectedValue={tab}
        onTabSelect={(_, data) => setTab(data.value as ListTab)}
      >
        {TABS.map((name) => (
          <Tab key={name} value={name} id={`tab-${name}`} aria-controls="list-panel">
            {texts.lists[name]}
          </Tab>
        ))}
      </TabList>
      <div className={styles.panel} role="tabpanel" id="list-panel" aria-labelledby={`tab-${tab}`}>
        <ConversationList key={tab} tab={tab} me={me} chosen={chosen} onChoose={onChoose} />
      </div>
    </div>
  );
}
