import { createInboundBudget, type Unfinished } from './inbound-budget.ts';

const createPeer = () => ({
  unfinishedBytes: 0,
  identity: {} as object | null,
  isCut: false,
  terminate() {
    this.isCut = true;
  },
});

describe('the budget of unfinished messages', () => {
  it('cuts whoever holds most once all together hold too much', () => {
    const [small, large] = [createPeer(), createPeer()];
    const budget = createInboundBudget({ maxBytesBeforeHello: 100, maxTotalBytes: 1_000 }, [small, large]);
    budget.received(large, 700);
    budget.received(small, 200);
    expect([small.isCut, large.isCut]).toEqual([false, false]);
    budget.received(small, 150);
    expect([small.isCut, large.isCut]).toEqual([false, true]);
    expect(budget.unfinishedBytes).toBe(350);
  });

  it('takes little from a peer that has not said who it is', () => {
    const peer = { ...createPeer(), identity: null };
    const budget = createInboundBudget({ maxBytesBeforeHello: 100, maxTotalBytes: 10_000 }, [peer]);
    budget.received(peer, 90);
    expect(peer.isCut).toBe(false);
    budget.received(peer, 90);
    expect(peer.isCut).toBe(true);
  });

  it('holds nothing against peers whose messages are whole, however many they send', () => {
    const peers = Array.from({ length: 10 }, createPeer);
    const budget = createInboundBudget({ maxBytesBeforeHello: 100, maxTotalBytes: 2_000 }, peers);
    for (let message = 0; message < 1_000; message++) {
      for (const peer of peers) {
        budget.received(peer, 158);
        budget.finished(peer, 150);
      }
    }
    expect(peers.filter(({ isCut }) => isCut)).toEqual([]);
  });

  it('goes on counting what came behind a whole message', () => {
    const peer: Unfinished = createPeer();
    const budget = createInboundBudget({ maxBytesBeforeHello: 100, maxTotalBytes: 10_000 }, [peer]);
    budget.received(peer, 600);
    budget.finished(peer, 100);
    expect(budget.unfinishedBytes).toBe(500);
    budget.forget(peer);
    expect(budget.unfinishedBytes).toBe(0);
  });
});
