const kind = 'application/x-graft-layer';

/** An old layer on its way from the structure to a row of the plan. */
export const draggedLayer = {
  put: (data: DataTransfer, name: string): void => {
    data.setData(kind, name);
    data.effectAllowed = 'link';
  },
  isIn: (data: DataTransfer): boolean => data.types.includes(kind),
  from: (data: DataTransfer): string => data.getData(kind),
};
