import type { ReactNode } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

/** A question that must be answered before anything else. `close` ends it. */
export function Dialogue({ title, wide = false, open, onOpenChange, children }: {
  title: string;
  wide?: boolean;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: (close: () => void) => ReactNode;
}) {
  const controlled = { ...(open === undefined ? {} : { isOpen: open }), ...(onOpenChange ? { onOpenChange } : {}) };
  return (
    <ModalOverlay className="overlay" isDismissable {...controlled}>
      <Modal>
        <Dialog className={wide ? 'dialog wide' : 'dialog'}>
          {({ close }) => (
            <>
              <Heading slot="title" level={2}>{title}</Heading>
              {children(close)}
            </>
          )}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
