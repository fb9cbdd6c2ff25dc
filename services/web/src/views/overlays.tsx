import type { Chat } from '../state/chat.ts';
import { closeOverlay, type Overlay } from '../state/overlay.ts';
import { AddMembers } from './add-members.tsx';
import { EditsDialog } from './edits-dialog.tsx';
import { ForwardDialog } from './forward-dialog.tsx';
import { MentionsDialog } from './mentions-dialog.tsx';
import { NewConversation } from './new-conversation.tsx';
import { ReactDialog } from './react-dialog.tsx';
import { SearchDialog } from './search-dialog.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { Shortcuts } from './shortcuts.tsx';
import { Switcher } from './switcher.tsx';
import { Viewer } from './viewer.tsx';

/** What is drawn over the conversation; its code comes when it is first needed. */
export default function Overlays({ chat, overlay }: { chat: Chat; overlay: Overlay }) {
  switch (overlay.kind) {
    case 'switcher':
      return <Switcher chat={chat} onClose={closeOverlay} />;
    case 'search':
      return <SearchDialog chat={chat} onClose={closeOverlay} />;
    case 'mentions':
      return <MentionsDialog chat={chat} onClose={closeOverlay} />;
    case 'new':
      return <NewConversation chat={chat} onClose={closeOverlay} />;
    case 'settings':
      return <SettingsDialog chat={chat} onClose={closeOverlay} />;
    case 'shortcuts':
      return <Shortcuts onClose={closeOverlay} />;
    case 'add-members':
      return <AddMembers chat={chat} id={overlay.conversationId} onClose={closeOverlay} />;
    case 'forward':
      return <ForwardDialog chat={chat} message={overlay.message} onClose={closeOverlay} />;
    case 'react':
      return <ReactDialog chat={chat} message={overlay.message} onClose={closeOverlay} />;
    case 'edits':
      return <EditsDialog chat={chat} message={overlay.message} onClose={closeOverlay} />;
    case 'viewer':
      return <Viewer chat={chat} pictures={overlay.pictures} index={overlay.index} onClose={closeOverlay} />;
  }
}
